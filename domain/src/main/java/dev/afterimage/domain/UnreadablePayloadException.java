package dev.afterimage.domain;

/** A payload does not have the shape of its event; the message says where, and never quotes the payload. */
public final class UnreadablePayloadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadablePayloadException(Class<?> shape, String reason) {
        super("payload is not a %s: %s".formatted(shape.getSimpleName(), reason));
    }
}

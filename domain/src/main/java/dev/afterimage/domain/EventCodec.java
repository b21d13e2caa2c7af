package dev.afterimage.domain;

/** Writes events as text and reads them back. Thread-safe. */
public interface EventCodec {

    /** The payload of an event: JSON text. */
    String encode(Object event);

    /**
     * The event of a payload.
     *
     * @throws UnreadablePayloadException if the payload does not have the shape of {@code shape}
     */
    <E> E decode(String payload, Class<E> shape);
}

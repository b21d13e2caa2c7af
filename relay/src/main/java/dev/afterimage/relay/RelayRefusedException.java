package dev.afterimage.relay;

/** A source cannot be made ready as it is; the message says what to do. */
public final class RelayRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final Refusal reason;

    RelayRefusedException(Refusal reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Refusal reason() {
        return reason;
    }
}

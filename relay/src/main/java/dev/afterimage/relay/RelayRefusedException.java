package dev.afterimage.relay;

/** A source cannot be made ready as it is; the message says what to do. */
public final class RelayRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final Refusal reason;

    RelayRefusedException(Refusal reason, String message) {
        super(message);
        this.reason = reason;
    }

    @SuppressWarnings("DoNotCallSuggester") // meant to be called: raise(refused) reads well as a method reference
    static void raise(Readiness.Refused refused) {
        throw new RelayRefusedException(refused.reason(), refused.message());
    }

    public Refusal reason() {
        return reason;
    }
}

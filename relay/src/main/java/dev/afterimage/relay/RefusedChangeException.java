package dev.afterimage.relay;

import java.util.function.BooleanSupplier;

/** A change must not be appended, nor anything after it, until somebody has decided what to do with it. */
final class RefusedChangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient Readiness.Refused refused;
    private final transient BooleanSupplier decided;

    /** @param decided whether somebody has decided by now */
    RefusedChangeException(Refusal reason, String message, BooleanSupplier decided) {
        super(message);
        this.refused = new Readiness.Refused(reason, message);
        this.decided = decided;
    }

    Readiness.Refused refused() {
        return refused;
    }

    BooleanSupplier decided() {
        return decided;
    }
}

package dev.afterimage.eventlog;

/** The log has events that the source lacks, and nobody decided which of the two is right; nothing was changed. */
public final class PhantomEventsException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient Difference phantoms;

    public PhantomEventsException(String source, Difference phantoms) {
        super(("the log has %d events that source %s lacks, the first at position %s (%s): "
                        + "if the outbox was emptied on purpose, keep them; "
                        + "if its database was restored back in time, remove them from the log")
                .formatted(
                        phantoms.events(),
                        source,
                        phantoms.first().map(Object::toString).orElse("unknown"),
                        String.join(", ", phantoms.examples())));
        this.phantoms = phantoms;
    }

    public Difference phantoms() {
        return phantoms;
    }
}

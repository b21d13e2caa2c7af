package dev.afterimage.relay.source;

/** A row of the outbox cannot be read as an event; the message says what is wrong with it. */
public final class UnreadableRowException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient OutboxRow row;

    UnreadableRowException(OutboxRow row, String problem, RuntimeException cause) {
        super(
                "%s cannot be read: %s; if it may be left out, run ./afterimage skip-event %s --reason …"
                        .formatted(row.describe(), problem, row.id()),
                cause);
        this.row = row;
    }

    public OutboxRow row() {
        return row;
    }
}

package dev.afterimage.domain;

/**
 * Names what an append recorded, so that a reader can wait until a read model shows it. Its text form is safe for an
 * HTTP header and means the same to every process.
 *
 * <p>Of two tokens of one transaction the later covers the earlier: whoever sees the last sees all of the transaction's
 * events before it. Tokens of different transactions do not cover each other: wait for each.
 */
public record CommitToken(EventId lastEvent) {

    public static CommitToken parse(String text) {
        return new CommitToken(EventId.parse(text));
    }

    @Override
    public String toString() {
        return lastEvent.toString();
    }
}

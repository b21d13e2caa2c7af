package dev.afterimage.domain;

/**
 * Names what an append recorded, so that a reader can wait until a read model shows it. Its text form is safe for an
 * HTTP header and means the same to every process.
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

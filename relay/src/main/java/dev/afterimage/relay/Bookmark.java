package dev.afterimage.relay;

/**
 * What the relay records in the log with each append: which server it reads, and how far it may acknowledge there. The
 * slot never gets ahead of it, unless somebody else moved the slot.
 */
record Bookmark(String system, Lsn acknowledged) {

    private static final Lsn NOWHERE = new Lsn(0);

    static Bookmark parse(String text) {
        var parts = text.split(" ", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("bookmark must be \"<system identifier> <lsn>\", was \"" + text + "\"");
        }
        return new Bookmark(parts[0], Lsn.parse(parts[1]));
    }

    /** Stands in the log while a repair is at work: every slot is ahead of it, for relays of every version. */
    static Bookmark ofUnfinishedRepair(String system) {
        return new Bookmark(system, NOWHERE);
    }

    boolean isOfUnfinishedRepair() {
        return acknowledged.equals(NOWHERE);
    }

    Bookmark atLeast(Lsn lsn) {
        return lsn.isAfter(acknowledged) ? new Bookmark(system, lsn) : this;
    }

    @Override
    public String toString() {
        return system + " " + acknowledged;
    }
}

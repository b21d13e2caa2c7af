package dev.afterimage.projector.rows;

/** A table does not have the rows that the projection left there. */
public final class ForeignWriteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ForeignWriteException(String table, int expected, int found) {
        super("%s: %d rows should have been there and %d were: somebody else wrote to the table; rebuild the projection"
                .formatted(table, expected, found));
    }
}

package dev.afterimage.proof.reliability;

/**
 * One sentence that must hold.
 *
 * @param promise what holds
 * @param exceptions a query with one text column: a row for each exception
 */
record Check(String promise, String exceptions) {

    /** The number of exceptions, and the first three of them. */
    String sql() {
        return "SELECT count(*), array_to_string((array_agg(e.x ORDER BY e.x))[1:3], ', ') FROM (%s) AS e(x)"
                .formatted(exceptions);
    }
}

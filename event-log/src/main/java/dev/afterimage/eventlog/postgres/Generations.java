package dev.afterimage.eventlog.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Which positions readers may rely on: those of the generation that they read. */
final class Generations {

    /** They follow the clock, because a log that is restored back in time would count up to the same ones again. */
    static final String NEXT =
            "greatest(generation + 1, (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint)";

    private Generations() {}

    /** Whoever has read more than there is now has read what may never come again. */
    static void beginAtEnd(LogTransactions transactions, String reason) {
        transactions.inOne("telling readers that the log is shorter than it was", connection -> {
            Sql.run(connection, "UPDATE afterimage.log_head SET generation = %s WHERE partition = 0".formatted(NEXT));
            return record(connection, "position + 1", reason);
        });
    }

    /** @param from the first position that is not what it was, as an expression over the head */
    static long record(Connection connection, String from, String reason) throws SQLException {
        var sql = """
                INSERT INTO afterimage.log_correction (generation, from_position, reason)
                SELECT generation, %s, ? FROM afterimage.log_head WHERE partition = 0 RETURNING generation""".formatted(from);
        return Sql.number(connection, sql, reason);
    }
}

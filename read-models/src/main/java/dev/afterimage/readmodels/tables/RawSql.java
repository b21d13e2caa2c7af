package dev.afterimage.readmodels.tables;

import dev.afterimage.postgres.DatabaseException;
import java.sql.SQLException;
import org.jooq.DSLContext;

/** Statements that are sent as they stand: jOOQ would take their braces and question marks for its own. */
final class RawSql {

    private RawSql() {}

    /** @throws DatabaseException if it fails; {@code attempt} names it */
    static void run(DSLContext transaction, String attempt, String sql) {
        transaction.connection(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new DatabaseException(attempt, e);
            }
        });
    }
}

package dev.afterimage.eventlog.postgres;

import dev.afterimage.postgres.LockHolders;
import dev.afterimage.postgres.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes locks in a transaction that is open for long already: it waits without a limit, for what it has done would be
 * lost otherwise, and tells every few seconds whom it waits for. Meanwhile it has none of them.
 */
record PatientLocks(Connection connection, String attempt, Consumer<String> notes) {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration TOLD_EVERY = Duration.ofSeconds(3);

    /** Statements that take locks, and change nothing that may not be undone. */
    interface Locking {
        void run() throws SQLException;
    }

    void take(Locking locking) throws SQLException {
        while (!isTaken(locking)) {
            var holders = LockHolders.inSchemas(connection, Set.of(Migrations.SCHEMA), false, TOLD_EVERY);
            if (!holders.isEmpty()) {
                notes.accept("%s waits for a lock, end these transactions or wait for them: %s"
                        .formatted(attempt, String.join("; ", holders)));
            }
        }
    }

    private boolean isTaken(Locking locking) throws SQLException {
        var before = connection.setSavepoint();
        try {
            limit(TOLD_EVERY);
            locking.run();
            limit(Duration.ZERO);
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    private void limit(Duration longest) throws SQLException {
        Sql.run(connection, "SELECT pg_catalog.set_config('lock_timeout', ?, true)", Long.toString(longest.toMillis()));
    }
}

package dev.afterimage.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** Creates and drops the databases of one server, connected to its maintenance database. */
final class Databases {

    private static final Duration DROP_LIMIT = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final String OBJECT_IN_USE = "55006";
    private static final String UNDEFINED_OBJECT = "42704";

    private final DataSource maintenance;

    Databases(DataSource maintenance) {
        this.maintenance = maintenance;
    }

    void create(DatabaseName name) {
        try (var connection = maintenance.getConnection()) {
            execute(connection, "create database " + name.quoted());
        } catch (SQLException failure) {
            throw failed("create", name, failure);
        }
    }

    boolean exists(DatabaseName name) {
        try (var connection = maintenance.getConnection();
                var query = connection.prepareStatement("select from pg_database where datname = ?")) {
            query.setString(1, name.value());
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        } catch (SQLException failure) {
            throw failed("look for", name, failure);
        }
    }

    void drop(DatabaseName name) {
        try (var connection = maintenance.getConnection()) {
            // First, so that nobody whose connection is terminated comes back.
            execute(connection, "alter database %s with allow_connections false".formatted(name.quoted()));
            dropSlots(connection, name);
            execute(connection, "drop database %s with (force)".formatted(name.quoted()));
        } catch (SQLException failure) {
            throw failed("drop", name, failure);
        }
    }

    private static void dropSlots(Connection connection, DatabaseName name) throws SQLException {
        long deadline = System.nanoTime() + DROP_LIMIT.toNanos();
        for (var left = slots(connection, name); !left.isEmpty(); left = slots(connection, name)) {
            if (System.nanoTime() - deadline > 0) {
                throw new EmbeddedServerException(
                        "replication slots %s of database %s are in use after %d s: stop their readers"
                                .formatted(left, name.value(), DROP_LIMIT.toSeconds()));
            }
            for (var slot : left) {
                dropSlot(connection, slot);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static List<String> slots(Connection connection, DatabaseName name) throws SQLException {
        try (var query = connection.prepareStatement("select slot_name from pg_replication_slots where database = ?")) {
            query.setString(1, name.value());
            var slots = new ArrayList<String>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    slots.add(rows.getString(1));
                }
            }
            return slots;
        }
    }

    private static void dropSlot(Connection connection, String slot) throws SQLException {
        try (var drop = connection.prepareStatement("""
                select case when active_pid is null
                            then pg_drop_replication_slot(slot_name)::text
                            else pg_terminate_backend(active_pid)::text end
                from pg_replication_slots where slot_name = ?""")) {
            drop.setString(1, slot);
            drop.execute();
        } catch (SQLException failure) {
            boolean triedTooEarlyOrTooLate =
                    OBJECT_IN_USE.equals(failure.getSQLState()) || UNDEFINED_OBJECT.equals(failure.getSQLState());
            if (!triedTooEarlyOrTooLate) {
                throw failure;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static EmbeddedServerException failed(String verb, DatabaseName name, SQLException failure) {
        return new EmbeddedServerException(
                "cannot %s database %s: %s".formatted(verb, name.value(), failure.getMessage()), failure);
    }
}

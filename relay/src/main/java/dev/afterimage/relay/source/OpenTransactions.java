package dev.afterimage.relay.source;

import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.DatabaseException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells, while a slot is being made, for whose end the server waits: a slot starts where no transaction writes. */
public final class OpenTransactions implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String SQL = """
            SELECT who, extract(epoch FROM pg_catalog.clock_timestamp() - since)::bigint FROM (
              SELECT pg_catalog.format('pid %s (%s, database %s, %s)', pid, coalesce(nullif(application_name, ''), 'unnamed'),
                  datname, coalesce(state, 'another role''s')), xact_start
                FROM pg_catalog.pg_stat_activity
                WHERE backend_xid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()
              UNION ALL
              SELECT pg_catalog.format('prepared transaction %L (database %s)', gid, database), prepared
                FROM pg_catalog.pg_prepared_xacts
            ) AS open (who, since) ORDER BY since NULLS LAST LIMIT 10""";

    private final KeptConnection connection;
    private final Consumer<String> notes;
    private final String slot;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("afterimage-repair-waits").unstarted(task));

    /** Says nothing before it is started. */
    public OpenTransactions(DatabaseAddress address, String slot, Consumer<String> notes) {
        this.connection = new KeptConnection(address, "afterimage-repair-waits", LIMIT);
        this.slot = slot;
        this.notes = notes;
    }

    /** Tells it every few seconds until closed, the first time after two. */
    public void start() {
        var unused = ticker.scheduleWithFixedDelay(this::tell, 2, 5, TimeUnit.SECONDS);
    }

    private void tell() {
        try {
            var open = connection.ask("looking for open transactions", connection -> {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery(SQL)) {
                    return described(rows);
                }
            });
            if (!open.isEmpty()) {
                notes.accept("slot %s can be made once these transactions have ended, end them or wait: %s"
                        .formatted(slot, String.join("; ", open)));
            }
        } catch (DatabaseException e) {
            notes.accept(e.getMessage());
        }
    }

    private static List<String> described(ResultSet rows) throws SQLException {
        var open = new ArrayList<String>();
        while (rows.next()) {
            var age = rows.getObject(2, Long.class);
            open.add(age == null ? rows.getString(1) : "%s open for %d s".formatted(rows.getString(1), age));
        }
        return open;
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        connection.close();
    }
}

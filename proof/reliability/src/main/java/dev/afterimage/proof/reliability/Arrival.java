package dev.afterimage.proof.reliability;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** How far everything is, asked in SQL, and waiting that gives up when nothing moves: never because it moves slowly. */
public final class Arrival {

    private final DataSource database;
    private final List<String> projections;

    public Arrival(DataSource database, String... projections) {
        this.database = database;
        this.projections = List.of(projections);
    }

    /** The server itself says when the slot is read. */
    public boolean isStreaming() {
        return number("SELECT count(*) FROM pg_replication_slots WHERE active AND database = current_database()") > 0;
    }

    public long written() {
        return number("SELECT count(*) FROM afterimage.outbox");
    }

    public long logged() {
        return number("SELECT max(position) FROM afterimage.log_head");
    }

    /** Whether all that is written is in the log and in every read model; it says something when nobody writes. */
    public boolean isComplete() {
        long written = written();
        return logged() >= written && projections.stream().allMatch(name -> folded(name) >= written);
    }

    private long folded(String projection) {
        return number("""
                SELECT coalesce(max(position), 0) FROM afterimage.checkpoint
                  JOIN afterimage.projection_version USING (projection, version)
                WHERE phase = 'active' AND projection = '%s'""".formatted(projection));
    }

    private long progress() {
        return written() + logged() + number("SELECT coalesce(sum(position), 0) FROM afterimage.checkpoint");
    }

    /** Waits as long as anything moves; false if all has stood still for so long. */
    public boolean await(BooleanSupplier reached, Duration still) {
        long last = progress();
        long deadline = System.nanoTime() + still.toNanos();
        while (!reached.getAsBoolean()) {
            long now = progress();
            if (now != last) {
                last = now;
                deadline = System.nanoTime() + still.toNanos();
            } else if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return true;
    }

    /** The one number that a query returns. */
    public long number(String sql) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}

package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * Which versions are active. Remembered for a second: a version that was replaced meanwhile is still fed, so a reader
 * that uses it a moment longer reads current rows. What {@link #now} gives after a look at the freshness is never older
 * than what that look saw, so who waited for a commit finds it.
 */
final class ActiveVersions {

    static final Duration REMEMBERED = Duration.ofSeconds(1);

    private record Known(List<ProjectionVersion> versions, long nanos) {}

    private final DSLContext database;
    private volatile @Nullable Known known;
    private long changes;

    ActiveVersions(DSLContext database) {
        this.database = database;
    }

    List<ProjectionVersion> now() {
        var remembered = known;
        if (remembered != null && System.nanoTime() - remembered.nanos() < REMEMBERED.toNanos()) {
            return remembered.versions();
        }
        return versionsOf(freshness(Position.ZERO));
    }

    /** Positions and failures of the active versions, in one statement. */
    List<Freshness> freshness(Position head) {
        long before = changes();
        long nanos = System.nanoTime();
        var freshness = database.resultQuery("""
                        SELECT v.projection, v.version, v.revision, v.schema_name, v.table_names, c.position, v.failure
                        FROM afterimage.projection_version v JOIN afterimage.checkpoint c USING (projection, version)
                        WHERE v.phase = 'active' ORDER BY v.projection""").fetch(row -> freshness(row, head));
        remember(versionsOf(freshness), nanos, before);
        return freshness;
    }

    private synchronized long changes() {
        return changes;
    }

    /** Of two looks that overlapped and disagree nobody knows which is the newer one, so both are forgotten. */
    private synchronized void remember(List<ProjectionVersion> seen, long nanos, long changesBefore) {
        if (known != null && known.versions().equals(seen)) {
            known = new Known(seen, Math.max(nanos, known.nanos()));
        } else {
            known = changes == changesBefore ? new Known(seen, nanos) : null;
            changes++;
        }
    }

    private static List<ProjectionVersion> versionsOf(List<Freshness> freshness) {
        return freshness.stream().map(Freshness::version).toList();
    }

    private static Freshness freshness(Record row, Position head) {
        var version = new ProjectionVersion(
                row.get(0, String.class),
                row.get(1, Integer.class),
                row.get(2, Integer.class),
                VersionPhase.ACTIVE,
                row.get(3, String.class),
                List.of(row.get(4, String[].class)));
        var position = new Position(row.get(5, Long.class));
        return new Freshness(version, position, position.eventsTo(head), Optional.ofNullable(row.get(6, String.class)));
    }
}

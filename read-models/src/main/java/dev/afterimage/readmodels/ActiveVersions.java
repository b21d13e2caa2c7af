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
 * that uses it a moment longer reads current rows.
 */
final class ActiveVersions {

    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    private record Known(List<ProjectionVersion> versions, long nanos) {}

    private final DSLContext database;
    private volatile @Nullable Known known;

    ActiveVersions(DSLContext database) {
        this.database = database;
    }

    List<ProjectionVersion> now() {
        var remembered = known;
        if (remembered != null && System.nanoTime() - remembered.nanos() < REMEMBERED.toNanos()) {
            return remembered.versions();
        }
        var nanos = System.nanoTime();
        var versions = freshness(Position.ZERO).stream().map(Freshness::version).toList();
        known = new Known(versions, nanos);
        return versions;
    }

    /** Positions and failures of the active versions, in one statement. */
    List<Freshness> freshness(Position head) {
        return database.resultQuery("""
                        SELECT v.projection, v.version, v.revision, v.schema_name, v.table_names, c.position, v.failure
                        FROM afterimage.projection_version v JOIN afterimage.checkpoint c USING (projection, version)
                        WHERE v.phase = 'active' ORDER BY v.projection""").fetch(row -> freshness(row, head));
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

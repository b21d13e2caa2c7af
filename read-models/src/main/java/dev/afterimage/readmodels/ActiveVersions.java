package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * Which versions are active. Remembered for a second: a version that was replaced meanwhile is still fed, so a reader
 * that uses it a moment longer reads current rows. What {@link #now} gives after a {@link #look} is never older than
 * what that look saw, so who waited for a commit finds it.
 */
final class ActiveVersions {

    static final Duration REMEMBERED = Duration.ofSeconds(1);

    private record Known(List<ProjectionVersion> versions, long nanos) {}

    private record Look(List<ActiveVersion> seen, long begun) {}

    private final Store database;
    private volatile @Nullable Known known;
    private final Object looking = new Object();
    private @Nullable Look last;
    private long changes;

    ActiveVersions(Store database) {
        this.database = database;
    }

    List<ProjectionVersion> now() {
        var remembered = known;
        if (remembered != null && System.nanoTime() - remembered.nanos() < REMEMBERED.toNanos()) {
            return remembered.versions();
        }
        return versionsOf(look());
    }

    /** Looks once for all who ask at the same time: a look that began after somebody asked answers them, too. */
    List<ActiveVersion> lookTogether() {
        long asked = System.nanoTime();
        synchronized (looking) {
            var latest = last;
            if (latest == null || latest.begun() - asked < 0) {
                long begun = System.nanoTime();
                latest = new Look(look(), begun);
                last = latest;
            }
            return latest.seen();
        }
    }

    /** Positions and states of the active versions, in one statement. */
    List<ActiveVersion> look() {
        long before = changes();
        long nanos = System.nanoTime();
        var seen = database.fetch("looking at the active versions", """
                        SELECT v.projection, v.version, v.revision, v.phase, v.schema_name, v.table_names, coalesce(c.position, 0),
                          v.failure, CASE WHEN l.until > clock_timestamp() THEN l.node END, l.state, l.message,
                          CASE WHEN l.until > clock_timestamp() THEN l.since ELSE coalesce(l.until, v.created_at) END,
                          clock_timestamp(), b.doing, p.build_failure, p.build_revision, p.build_failed_at,
                          c.position IS NULL OR coalesce(c.last_event_position, 0) > c.position, coalesce(c.log_generation, 0)
                        FROM afterimage.projection_version v LEFT JOIN afterimage.checkpoint c USING (projection, version)
                          LEFT JOIN afterimage.version_lease l USING (projection, version)
                          LEFT JOIN afterimage.projection p USING (projection)
                          LEFT JOIN LATERAL (
                            SELECT format('v%s of revision %s is being built by %s: %s', n.version, n.revision, nl.node, nl.message) AS doing
                            FROM afterimage.projection_version n JOIN afterimage.version_lease nl USING (projection, version)
                            WHERE n.projection = v.projection AND n.phase = 'building' AND nl.until > clock_timestamp()
                            ORDER BY n.version DESC LIMIT 1) b ON true
                        WHERE v.phase = 'active' ORDER BY v.projection""").map(ActiveVersions::read);
        remember(versionsOf(seen), nanos, before);
        return seen;
    }

    private static ActiveVersion read(Record row) {
        var version = Versions.read(row);
        var build = build(row);
        var buildFailure = build.isEmpty() ? buildFailure(row) : "";
        var lease = Roster.lease(row, 8);
        var known = row.get(17, Boolean.class) ? lease.withoutCheckpoint() : lease;
        var feeding = known.unfedWhile(build.isEmpty() ? buildFailure : build);
        return new ActiveVersion(
                version,
                new Position(row.get(6, Long.class)),
                row.get(18, Long.class),
                Optional.ofNullable(row.get(7, String.class)).or(() -> failure(feeding, buildFailure)),
                feeding,
                Objects.requireNonNull(Roster.instant(row, 12)));
    }

    private static String build(Record row) {
        return Objects.requireNonNullElse(row.get(13, String.class), "");
    }

    private static String buildFailure(Record row) {
        var failure = row.get(14, String.class);
        return failure == null
                ? ""
                : "building revision %s failed at %s: %s"
                        .formatted(row.get(15, Integer.class), Roster.instant(row, 16), failure);
    }

    /** Waiting helps if a node will go on by itself; not if one reported that it cannot, and not if nobody ever may. */
    private static Optional<String> failure(VersionLease feeding, String buildFailure) {
        return switch (feeding.state()) {
            case STOPPED, TABLES_MISSING, LOG_DAMAGED, OUTDATED -> Optional.of(feeding.message());
            case UNFED -> Optional.of(feeding.describe()).filter(text -> !buildFailure.isEmpty());
            default -> Optional.empty();
        };
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

    private static List<ProjectionVersion> versionsOf(List<ActiveVersion> seen) {
        return seen.stream().map(ActiveVersion::version).toList();
    }
}

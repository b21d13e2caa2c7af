package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Looks at projections, their versions and who runs them, in two statements for all. */
final class Roster {

    private final Store database;

    Roster(Store database) {
        this.database = database;
    }

    /** Each of these projections, also those that have no version yet. */
    Map<String, ProjectionView> look(Collection<String> projections) {
        var names = projections.toArray(String[]::new);
        var versions = database.fetch("looking at the versions", """
                        SELECT v.projection, v.version, v.revision, v.phase, v.schema_name, v.table_names,
                          v.definition_checksum, coalesce(c.position, 0), coalesce(c.log_generation, 0),
                          CASE WHEN l.until > clock_timestamp() THEN l.node END, l.state, l.message,
                          CASE WHEN l.until > clock_timestamp() THEN l.since ELSE coalesce(l.until, v.created_at) END,
                          v.drop_failure, v.comparison,
                          c.position IS NULL OR coalesce(c.last_event_position, 0) > c.position
                        FROM afterimage.projection_version v LEFT JOIN afterimage.checkpoint c USING (projection, version)
                          LEFT JOIN afterimage.version_lease l USING (projection, version)
                        WHERE v.projection = ANY (?) ORDER BY v.projection, v.version""", (Object) names).map(Roster::version).stream()
                .collect(Collectors.groupingBy(view -> view.version().projection()));
        return database
                .fetch("looking at the projections", """
                        SELECT n.name, p.rebuild_requested_at, p.build_failure, p.build_revision, p.build_attempts,
                          p.build_failed_at, p.build_retry_at, clock_timestamp()
                        FROM unnest(?) AS n(name) LEFT JOIN afterimage.projection p ON p.projection = n.name""", (Object) names)
                .map(row -> projection(row, versions.getOrDefault(row.get(0, String.class), List.of())))
                .stream()
                .collect(Collectors.toMap(ProjectionView::projection, view -> view));
    }

    private static ProjectionView projection(Record row, List<VersionView> versions) {
        var failure = Optional.ofNullable(row.get(2, String.class))
                .map(message -> new BuildFailure(
                        row.get(3, Integer.class),
                        message,
                        row.get(4, Integer.class),
                        Objects.requireNonNull(instant(row, 5)),
                        Objects.requireNonNull(instant(row, 6))));
        return new ProjectionView(
                row.get(0, String.class),
                versions,
                Optional.ofNullable(instant(row, 1)),
                failure,
                Objects.requireNonNull(instant(row, 7)));
    }

    private static VersionView version(Record row) {
        return new VersionView(
                Versions.read(row),
                row.get(6, String.class),
                new Position(row.get(7, Long.class)),
                row.get(8, Long.class),
                row.get(15, Boolean.class) ? lease(row, 9).withoutCheckpoint() : lease(row, 9),
                Optional.ofNullable(row.get(13, String.class)),
                Optional.ofNullable(row.get(14, String.class)));
    }

    /** Phase at the fourth field; node, state, message and since when, from a field on. */
    static VersionLease lease(Record row, int from) {
        var state = row.get(from + 1, String.class);
        return VersionLease.seen(
                VersionPhase.read(row.get(3, String.class)),
                Optional.ofNullable(row.get(from, String.class)),
                state == null ? VersionState.UNFED : VersionState.read(state),
                Objects.requireNonNullElse(row.get(from + 2, String.class), ""),
                Objects.requireNonNull(instant(row, from + 3)));
    }

    static @Nullable Instant instant(Record row, int field) {
        var at = row.get(field, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}

package dev.afterimage.readmodels;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.DSLContext;

/**
 * Which node runs a version: one at a time. A lease ends when its node has not renewed it for a while, so that another
 * takes over; what the first one is still doing is fenced by the epoch.
 */
public final class Leases {

    /** For how long a lease holds unless it is renewed. */
    public static final Duration VALID = Duration.ofSeconds(8);

    private final Store database;

    Leases(Store database) {
        this.database = database.waiting(Duration.ofSeconds(1));
    }

    /**
     * Becomes the one node that runs a version: lease and new epoch in one transaction. Waits at most a second for a
     * batch that an earlier holder is working on.
     *
     * @return empty if another node holds it or the version was dropped
     */
    public Optional<Checkpoints.Claim> claim(ProjectionVersion version, String node) {
        return database.result(
                "taking " + version,
                transaction -> take(transaction, version, node, VersionState.RUNNING)
                        ? Optional.of(Checkpoints.claim(transaction, version))
                        : Optional.<Checkpoints.Claim>empty());
    }

    static boolean take(DSLContext transaction, ProjectionVersion version, String node, VersionState state) {
        return transaction
                .resultQuery("""
                        INSERT INTO afterimage.version_lease AS l (projection, version, node, until, state, since)
                        SELECT projection, version, ?, clock_timestamp() + ?::interval, ?, clock_timestamp()
                        FROM afterimage.projection_version WHERE projection = ? AND version = ?
                        ON CONFLICT (projection, version) DO UPDATE
                          SET node = excluded.node, until = excluded.until, state = excluded.state,
                            message = excluded.message, since = excluded.since
                          WHERE l.node IS NULL OR l.node = excluded.node OR l.until < clock_timestamp()
                        RETURNING 1""", node, VALID.toString(), state.stored(), version.projection(), version.number())
                .fetch()
                .isNotEmpty();
    }

    /**
     * Renews the leases of a node and tells everyone how its versions are doing.
     *
     * @return those that the node does not hold any more
     */
    public List<ProjectionVersion> renew(String node, List<VersionReport> reports) {
        if (reports.isEmpty()) {
            return List.of();
        }
        var held = database.fetch(
                        "renewing the leases of " + node,
                        """
                            UPDATE afterimage.version_lease l SET until = clock_timestamp() + ?::interval,
                              since = CASE WHEN l.state = r.state THEN l.since ELSE clock_timestamp() END,
                              state = r.state, message = r.message
                            FROM unnest(?::text[], ?::integer[], ?::text[], ?::text[])
                              AS r(projection, version, state, message)
                            WHERE l.projection = r.projection AND l.version = r.version AND l.node = ?
                            RETURNING l.projection || ' v' || l.version""",
                        VALID.toString(),
                        array(reports, report -> report.version().projection(), String[]::new),
                        array(reports, report -> report.version().number(), Integer[]::new),
                        array(reports, report -> report.state().stored(), String[]::new),
                        array(reports, VersionReport::message, String[]::new),
                        node)
                .intoSet(0, String.class);
        return reports.stream()
                .map(VersionReport::version)
                .filter(version -> !held.contains(version.toString()))
                .toList();
    }

    private static <T> T[] array(List<VersionReport> reports, Function<VersionReport, T> value, IntFunction<T[]> made) {
        return reports.stream().map(value).toArray(made);
    }

    /** Gives a version to whoever wants it, and says how it was left. */
    public void release(ProjectionVersion version, String node, VersionState state, String message) {
        database.execute(
                "letting go of " + version, """
                UPDATE afterimage.version_lease SET node = NULL, until = clock_timestamp(), state = ?, message = ?,
                  since = clock_timestamp()
                WHERE projection = ? AND version = ? AND node = ?""", state.stored(), message, version.projection(), version.number(), node);
    }

    /** Gives all versions of a node to whoever wants them; until somebody does, nobody feeds them. */
    public void releaseAll(String node) {
        database.execute("letting go of the versions of " + node, """
                UPDATE afterimage.version_lease SET node = NULL, until = clock_timestamp(), state = ?, message = '',
                  since = clock_timestamp()
                WHERE node = ?""", VersionState.UNFED.stored(), node);
    }

    /** Who built a version runs it from the switch on. */
    static void built(DSLContext transaction, ProjectionVersion version) {
        transaction.execute(
                """
                UPDATE afterimage.version_lease SET state = ?, message = '', since = clock_timestamp()
                WHERE projection = ? AND version = ? AND state IN (?, ?)""",
                VersionState.RUNNING.stored(),
                version.projection(),
                version.number(),
                VersionState.BUILDING.stored(),
                VersionState.RETRYING.stored());
    }
}

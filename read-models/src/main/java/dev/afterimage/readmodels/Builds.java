package dev.afterimage.readmodels;

import java.time.Duration;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** What the database remembers of building versions: requests, numbers given, failures. */
final class Builds {

    private final Store database;

    Builds(Store database) {
        this.database = database;
    }

    /** The next number, which no version of the projection ever had. */
    static int nextNumber(DSLContext transaction, String projection) {
        return Single.value(transaction.resultQuery("""
                        INSERT INTO afterimage.projection AS p (projection, last_version)
                        SELECT ?, coalesce(max(version), 0) + 1 FROM afterimage.projection_version WHERE projection = ?
                        ON CONFLICT (projection) DO UPDATE
                          SET last_version = greatest(p.last_version + 1, excluded.last_version)
                        RETURNING last_version""", projection, projection), Integer.class);
    }

    static void requireNotOlder(DSLContext transaction, ReadModelDefinition definition) {
        Versions.active(transaction, definition.projection())
                .filter(active -> active.revision() > definition.revision())
                .ifPresent(active -> {
                    throw new ReadModelException(
                            definition.projection(),
                            "revision %d is active and this code has revision %d: an older one never replaces a newer one"
                                    .formatted(active.revision(), definition.revision()));
                });
    }

    /** Whether another node is building the same or a newer revision. */
    static boolean isElsewhere(DSLContext transaction, ReadModelDefinition definition, String node) {
        return Single.value(
                        transaction.resultQuery("""
                        SELECT count(*) FROM afterimage.projection_version JOIN afterimage.version_lease l USING (projection, version)
                        WHERE projection = ? AND phase = 'building' AND revision >= ? AND l.node <> ?
                          AND l.until > clock_timestamp()""", definition.projection(), definition.revision(), node), Long.class)
                > 0;
    }

    void request(String projection) {
        database.run("asking for a rebuild of " + projection, transaction -> request(transaction, projection));
    }

    private static void request(DSLContext transaction, String projection) {
        var asked = transaction.execute("""
                INSERT INTO afterimage.projection AS p (projection, rebuild_requested_at)
                SELECT known.projection, clock_timestamp()
                FROM (SELECT DISTINCT projection FROM afterimage.projection_version WHERE projection = ?) AS known
                ON CONFLICT (projection) DO UPDATE
                  SET rebuild_requested_at = excluded.rebuild_requested_at, build_retry_at = clock_timestamp()""", projection);
        if (asked != 1) {
            var known = transaction
                    .resultQuery("SELECT DISTINCT projection FROM afterimage.projection_version ORDER BY 1")
                    .fetchInto(String.class);
            throw new ReadModelException(projection, "has no version to rebuild: choose one of " + known);
        }
    }

    /** A build of this projection ended well: what was asked for before it began is done. */
    void succeeded(ProjectionVersion version, String comparison) {
        database.run("recording that %s was built".formatted(version), transaction -> {
            transaction.execute(
                    "UPDATE afterimage.projection_version SET comparison = ? WHERE projection = ? AND version = ?",
                    comparison,
                    version.projection(),
                    version.number());
            succeeded(transaction, version);
        });
    }

    private static void succeeded(DSLContext transaction, ProjectionVersion version) {
        transaction.execute("""
                UPDATE afterimage.projection p SET build_failure = NULL, build_revision = NULL, build_attempts = 0,
                  build_failed_at = NULL, build_retry_at = NULL,
                  rebuild_requested_at = CASE WHEN p.rebuild_requested_at > v.created_at THEN p.rebuild_requested_at END
                FROM afterimage.projection_version v
                WHERE p.projection = ? AND v.projection = p.projection AND v.version = ?""", version.projection(), version.number());
    }

    /** @param building must be there still; null if nothing was built */
    void failed(
            String projection, int revision, @Nullable ProjectionVersion building, String message, Duration retryIn) {
        database.execute(
                "recording why %s was not built".formatted(projection),
                """
                INSERT INTO afterimage.projection AS p (projection, build_failure, build_revision, build_attempts,
                  build_failed_at, build_retry_at)
                SELECT ?, ?, ?, 1, statement_timestamp(), statement_timestamp() + ?::interval
                WHERE ? OR EXISTS (SELECT FROM afterimage.projection_version
                  WHERE projection = ? AND version = ? AND phase = 'building')
                ON CONFLICT (projection) DO UPDATE SET build_failure = excluded.build_failure,
                  build_attempts = CASE WHEN p.build_revision = excluded.build_revision THEN p.build_attempts + 1 ELSE 1 END,
                  build_revision = excluded.build_revision, build_failed_at = excluded.build_failed_at,
                  build_retry_at = excluded.build_retry_at""",
                projection,
                message,
                revision,
                retryIn.toString(),
                building == null,
                projection,
                building == null ? 0 : building.number());
    }
}

package dev.afterimage.readmodels;

import dev.afterimage.postgres.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions that nobody can go back to any more. Each is dropped in a transaction of its own, once every transaction has
 * ended that may still read it; it is fed until then. What keeps it is recorded, so that nothing is left behind
 * unnoticed.
 */
final class Superseded {

    private static final Logger LOG = LoggerFactory.getLogger(Superseded.class);

    private final Store database;

    Superseded(Store database) {
        this.database = database;
    }

    /** One older version stays for going back. */
    static void mark(DSLContext transaction, ProjectionVersion next, Optional<ProjectionVersion> before) {
        transaction.execute(
                "UPDATE afterimage.projection_version SET superseded_at = NULL, drop_waits_for = NULL, drop_failure = NULL WHERE projection = ? AND version = ?",
                next.projection(),
                next.number());
        transaction.execute(
                """
                UPDATE afterimage.projection_version SET superseded_at = clock_timestamp()
                WHERE projection = ? AND phase = 'retired' AND superseded_at IS NULL AND version <> ?""", next.projection(), before.map(ProjectionVersion::number).orElse(0));
    }

    /** Drops what nobody reads any more; never waits for long, and does not fail. */
    void drop() {
        try {
            marked().forEach(this::tryToDrop);
        } catch (DataAccessException | DatabaseException e) {
            LOG.warn("superseded versions could not be looked for, which is done again later", e);
        }
    }

    private List<ProjectionVersion> marked() {
        return database.fetch(
                        "looking for superseded versions",
                        "SELECT %s FROM afterimage.projection_version WHERE superseded_at < clock_timestamp() - ? * interval '1 s' ORDER BY 1, 2"
                                .formatted(Versions.COLUMNS),
                        2 * ActiveVersions.REMEMBERED.toSeconds())
                .map(Versions::read);
    }

    private void tryToDrop(ProjectionVersion version) {
        try {
            database.unhurried().of(version).waiting(Duration.ofMillis(100)).run("dropping " + version, transaction -> {
                if (isMine(transaction, version) && isUnread(transaction, version)) {
                    Versions.dropIn(transaction, version);
                }
            });
        } catch (RuntimeException e) {
            record(version, String.valueOf(e.getMessage()));
        }
    }

    /** Of several nodes one drops it; and somebody may just have gone back to it. */
    private static boolean isMine(DSLContext transaction, ProjectionVersion version) {
        return transaction
                .resultQuery("""
                        SELECT 1 FROM afterimage.projection_version WHERE projection = ? AND version = ? AND superseded_at IS NOT NULL
                        FOR UPDATE SKIP LOCKED""", version.projection(), version.number())
                .fetch()
                .isNotEmpty();
    }

    /** Whoever began before the first look may read it; who begins later cannot come to know it. */
    private static boolean isUnread(DSLContext transaction, ProjectionVersion version) {
        transaction.execute("""
                UPDATE afterimage.projection_version SET drop_waits_for = (
                  SELECT coalesce(array_agg(l.virtualxid), '{}') FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                  WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid()
                    AND a.datname = current_database() AND a.usesysid IS NOT NULL)
                WHERE projection = ? AND version = ? AND drop_waits_for IS NULL""", version.projection(), version.number());
        return Single.value(transaction.resultQuery("""
                                SELECT count(*) FROM pg_locks l JOIN afterimage.projection_version v ON l.virtualxid = ANY (v.drop_waits_for)
                                WHERE l.locktype = 'virtualxid' AND l.granted AND v.projection = ? AND v.version = ?""", version.projection(), version.number()), Long.class) == 0;
    }

    private void record(ProjectionVersion version, String reason) {
        try {
            var changed = database.execute(
                    "recording why %s is not dropped".formatted(version),
                    """
                    UPDATE afterimage.projection_version SET drop_failure = ?
                    WHERE projection = ? AND version = ? AND drop_failure IS DISTINCT FROM ?""",
                    reason,
                    version.projection(),
                    version.number(),
                    reason);
            if (changed > 0) {
                LOG.warn("{} is superseded and cannot be dropped yet: {}", version, reason);
            }
        } catch (DataAccessException | DatabaseException e) {
            LOG.warn("{} is superseded and cannot be dropped yet: {}", version, reason, e);
        }
    }
}

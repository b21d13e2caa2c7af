package dev.afterimage.outbox;

import dev.afterimage.postgres.Migrations;
import java.time.Duration;

/** The outbox's tables and its publication, as numbered SQL files. */
public final class OutboxSchema {

    /** The table that change data capture tails. */
    public static final String TABLE = "outbox";

    /** Names {@link #TABLE} to PostgreSQL's logical decoding; it publishes inserts only. */
    public static final String PUBLICATION = "afterimage_outbox";

    /** More than {@code deadlock_timeout}, after which an autovacuum that is in the way gives way. */
    private static final Duration LONGEST_LOCK = Duration.ofSeconds(2);

    private OutboxSchema() {}

    public static Migrations migrations() {
        return Migrations.of(
                        "outbox",
                        OutboxSchema.class,
                        "V1__outbox.sql",
                        "V2__readable_rows.sql",
                        "V3__capture.sql",
                        "V4__readable_rows_validated.sql",
                        "V5__renamed_outbox.sql",
                        "V6__repaired_as.sql")
                .withLongestLock(LONGEST_LOCK);
    }
}

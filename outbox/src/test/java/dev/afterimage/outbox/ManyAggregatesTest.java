package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one append of many aggregates costs the server grows as they do, and not with their square. */
class ManyAggregatesTest {

    private static final int AGGREGATES = Boolean.getBoolean("afterimage.full") ? 100_000 : 3_000;

    /** Each is sorted a few times. */
    private static final long BYTES_EACH = 2_000;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
    }

    @Test
    void an_append_of_many_aggregates_writes_little_to_temporary_files() throws Exception {
        try (var transaction = rig.transaction()) {
            long before = temporaryBytes(transaction);
            var appended = rig.outbox.append(transaction, changes());
            transaction.commit();

            assertThat(appended.aggregates()).hasSize(AGGREGATES);
            assertThat(temporaryBytes(transaction) - before).isLessThan(AGGREGATES * BYTES_EACH);
        }
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox WHERE sequence = 1 AND aggregate_id <> ''"))
                .isEqualTo(Integer.toString(AGGREGATES));
    }

    private static Changes changes() {
        var changes = Changes.none();
        for (int i = 0; i < AGGREGATES; i++) {
            changes = changes.and(Order.class, "o-" + i, new Placed("ann"));
        }
        return changes;
    }

    /** A session reports what it wrote when it is asked to. */
    private static long temporaryBytes(Connection session) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute("SELECT pg_stat_force_next_flush()");
            session.commit();
            try (var rows = statement.executeQuery(
                    "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()")) {
                rows.next();
                long bytes = rows.getLong(1);
                session.commit();
                return bytes;
            }
        }
    }
}

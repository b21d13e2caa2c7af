package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import dev.afterimage.postgres.Migrations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An outbox of the first version, with rows that nobody could read, gets the rules of today. */
class UpgradeTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @BeforeEach
    void anEmptyDatabase() throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS afterimage CASCADE");
            statement.execute("DROP PUBLICATION IF EXISTS afterimage_outbox");
        }
    }

    @Test
    void older_rows_that_break_a_rule_do_not_fail_the_upgrade_and_new_ones_are_refused() throws Exception {
        Migrations.of("outbox", OutboxSchema.class, "V1__outbox.sql").apply(database.dataSource());
        insertBadMetadata();

        OutboxSchema.migrations().apply(database.dataSource());

        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT conname FROM pg_constraint WHERE NOT convalidated")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("metadata_is_an_object_of_strings_each_key_once");
            assertThat(rows.next()).isFalse();
        }
        assertThatThrownBy(UpgradeTest::insertBadMetadata)
                .hasMessageContaining("metadata_is_an_object_of_strings_each_key_once");
        try (var transaction = database.connect()) {
            transaction.setAutoCommit(false);
            Outbox.create().append(transaction, Order.class, "o-1", new Placed("ann"));
            transaction.commit();
        }
    }

    @Test
    void a_transaction_that_stays_open_holds_up_the_upgrade_and_not_the_writers() throws Exception {
        Migrations.of("outbox", OutboxSchema.class, "V1__outbox.sql").apply(database.dataSource());
        try (var open = database.connect();
                var reads = open.createStatement()) {
            open.setAutoCommit(false);
            reads.execute("SELECT 1 FROM afterimage.outbox LIMIT 1");
            var upgrade =
                    CompletableFuture.runAsync(() -> OutboxSchema.migrations().apply(database.dataSource()));
            awaitWaiting(upgrade);

            for (int i = 0; i < 3; i++) {
                appendWithinBounds();
            }

            assertThat(upgrade).isNotDone();
            open.commit();
            upgrade.get(2, TimeUnit.MINUTES);
        }
        assertThatThrownBy(UpgradeTest::insertBadMetadata).hasMessageContaining("metadata");
    }

    private static void awaitWaiting(Future<?> upgrade) throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            while (!upgrade.isDone()) {
                try (var rows = statement.executeQuery(
                        "SELECT 1 FROM pg_locks WHERE relation = 'afterimage.outbox'::regclass AND NOT granted")) {
                    if (rows.next()) {
                        return;
                    }
                }
            }
        }
        throw new AssertionError("the upgrade did not wait for the open transaction");
    }

    /** Ten times what the upgrade waits for a lock, so that no slow machine is taken for an upgrade that waits. */
    private static void appendWithinBounds() throws Exception {
        try (var transaction = database.connect();
                var statement = transaction.createStatement()) {
            transaction.setAutoCommit(false);
            statement.execute("SET lock_timeout = '20s'");
            Outbox.create().append(transaction, Order.class, "o-2", new Placed("bob"));
            transaction.commit();
        }
    }

    /** By somebody else's tool. */
    @Test
    void what_was_recorded_of_a_capture_goes_on_to_hold_and_what_was_changed_before_is_not_blessed() throws Exception {
        Migrations.of(
                        "outbox",
                        OutboxSchema.class,
                        "V1__outbox.sql",
                        "V2__readable_rows.sql",
                        "V3__capture.sql",
                        "V4__readable_rows_validated.sql")
                .apply(database.dataSource());
        execute("INSERT INTO afterimage.capture SELECT 'same', state.* FROM afterimage.capture_state() AS state");
        execute(
                "INSERT INTO afterimage.capture SELECT 'changed', outbox, 'another', timeline FROM afterimage.capture_state()");

        execute(OutboxSchema.migrations().script(4));

        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT slot, outbox, publication FROM afterimage.capture
                        WHERE (outbox, publication) IN (SELECT outbox, publication FROM afterimage.capture_state())""")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("same");
            assertThat(rows.getString(2)).contains("xmin of its type");
            assertThat(rows.next()).isFalse();
        }
    }

    private static void execute(String sql) throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void insertBadMetadata() throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name,
                      event_version, payload, metadata, occurred_at)
                    VALUES (gen_random_uuid(), 'order', 'o-0', 1, 'placed', 1, '{}', '[1]', now())""");
        }
    }
}

package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.AppendResult.Conflict;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import java.sql.Connection;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Above READ COMMITTED a transaction does not see what was committed after its first statement. */
class IsolationTest {

    private static final Placed EVENT = new Placed("ann");

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void a_writer_that_was_overtaken_is_told_to_run_again_and_succeeds_then(int isolation) throws Exception {
        for (int before = 0; before < 2; before++) {
            int expected = before;
            try (var transaction = olderSnapshot(isolation)) {
                append();
                assertOvertaken(() -> rig.outbox.appendExpecting(transaction, Order.class, "o-1", expected, EVENT));
                transaction.rollback();

                assertThat(rig.outbox.appendExpecting(transaction, Order.class, "o-1", expected, EVENT))
                        .isInstanceOf(Conflict.class);
                transaction.rollback();
            }
        }
    }

    @Test
    void an_append_without_expectation_and_one_of_several_aggregates_are_told_the_same() throws Exception {
        append();
        try (var transaction = olderSnapshot(Connection.TRANSACTION_REPEATABLE_READ)) {
            append();
            assertOvertaken(() -> rig.outbox.append(transaction, Order.class, "o-1", EVENT));
            transaction.rollback();
        }
        try (var transaction = olderSnapshot(Connection.TRANSACTION_REPEATABLE_READ)) {
            append();
            assertOvertaken(() -> rig.outbox.appendExpecting(
                    transaction, Changes.of(Order.class, "o-1", EVENT).expecting(2)));
            transaction.rollback();
        }
    }

    @Test
    void without_rivals_everything_works_there_as_elsewhere() throws Exception {
        append();
        try (var transaction = olderSnapshot(Connection.TRANSACTION_REPEATABLE_READ)) {
            var changes = Changes.of(Order.class, "o-1", EVENT);

            assertThat(rig.outbox.appendExpecting(transaction, changes.expecting(7)))
                    .isInstanceOf(ChangesResult.Conflicts.class);
            assertThat(rig.outbox.appendExpecting(transaction, changes.expecting(1)))
                    .isInstanceOf(AppendedChanges.class);
            assertThat(rig.outbox.appendExpecting(transaction, Order.class, "o-1", 2, EVENT))
                    .isInstanceOf(Appended.class);
            transaction.commit();
        }
    }

    private static void assertOvertaken(ThrowingCallable append) {
        assertThatThrownBy(append)
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("append to order o-1")
                .hasMessageContaining("another transaction appended to the aggregate after this one took its snapshot")
                .hasMessageContaining("or use READ COMMITTED");
    }

    private void append() {
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", EVENT));
    }

    private Connection olderSnapshot(int isolation) throws SQLException {
        var transaction = rig.transaction();
        transaction.setTransactionIsolation(isolation);
        try (var statement = transaction.createStatement()) {
            statement.execute("SELECT FROM afterimage.outbox_head");
        }
        return transaction;
    }
}

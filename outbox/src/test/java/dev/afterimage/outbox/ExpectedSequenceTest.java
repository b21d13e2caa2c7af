package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.AppendResult.Conflict;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectedSequenceTest {

    private static final AggregateRef ORDER = new AggregateRef("order", "o-1");
    private static final Placed EVENT = new Placed("ann");

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
    }

    @Test
    void a_new_aggregate_is_at_0() {
        var result = append(0);

        assertThat(result)
                .isInstanceOfSatisfying(
                        Appended.class,
                        appended -> assertThat(appended.lastSequence()).isEqualTo(1));
    }

    @Test
    void the_sequence_of_an_append_is_what_the_next_expects() {
        append(0);

        AppendResult second =
                rig.committed(tx -> rig.outbox.appendExpecting(tx, Order.class, "o-1", 1, EVENT, new Placed("bob")));

        assertThat(second).isInstanceOfSatisfying(Appended.class, appended -> {
            assertThat(appended.firstSequence()).isEqualTo(2);
            assertThat(appended.lastSequence()).isEqualTo(3);
        });
        assertThat(append(3)).isInstanceOf(Appended.class);
    }

    @Test
    void an_aggregate_without_events_conflicts_with_any_other_expectation() throws Exception {
        assertThat(append(5)).isEqualTo(new Conflict(ORDER, 5, 0));
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox_head")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3})
    void any_other_sequence_is_a_conflict_that_tells_the_actual_one_and_records_nothing(long expected)
            throws Exception {
        append(0);
        append(1);

        assertThat(append(expected)).isEqualTo(new Conflict(ORDER, expected, 2));
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo("2");
        assertThat(rig.value("SELECT sequence FROM afterimage.outbox_head")).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void of_two_writers_the_later_gets_the_conflict_as_a_value_and_can_go_on(long expected) throws Exception {
        if (expected > 0) {
            append(0);
        }
        try (var first = rig.transaction();
                var second = rig.transaction();
                var thread = Executors.newSingleThreadExecutor()) {
            assertThat(rig.outbox.appendExpecting(first, Order.class, "o-1", expected, EVENT))
                    .isInstanceOf(Appended.class);
            var waiting = thread.submit(() -> rig.outbox.appendExpecting(second, Order.class, "o-1", expected, EVENT));
            rig.awaitBlocked(1);
            first.commit();

            assertThat(waiting.get()).isEqualTo(new Conflict(ORDER, expected, expected + 1));
            assertThat(rig.outbox.appendExpecting(second, Order.class, "o-1", expected + 1, EVENT))
                    .isInstanceOf(Appended.class);
            second.commit();
        }
        assertThat(rig.value("SELECT max(sequence) FROM afterimage.outbox")).isEqualTo(Long.toString(expected + 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void the_later_writer_wins_when_the_first_rolls_back(long expected) throws Exception {
        if (expected > 0) {
            append(0);
        }
        try (var first = rig.transaction();
                var second = rig.transaction();
                var thread = Executors.newSingleThreadExecutor()) {
            rig.outbox.appendExpecting(first, Order.class, "o-1", expected, EVENT);
            var waiting = thread.submit(() -> rig.outbox.appendExpecting(second, Order.class, "o-1", expected, EVENT));
            rig.awaitBlocked(1);
            first.rollback();

            assertThat(waiting.get()).isInstanceOf(Appended.class);
            second.commit();
        }
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo(Long.toString(expected + 1));
    }

    @Test
    void one_of_eight_writers_with_the_same_expectation_wins() throws Exception {
        var together = new CyclicBarrier(8);
        Callable<AppendResult> writer = () -> rig.committed(tx -> {
            awaitAll(together);
            return rig.outbox.appendExpecting(tx, Order.class, "o-1", 0, EVENT);
        });
        int won = 0;
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var result : threads.invokeAll(
                    IntStream.range(0, 8).mapToObj(i -> writer).toList())) {
                switch (result.get()) {
                    case Appended appended -> won++;
                    case Conflict conflict -> assertThat(conflict).isEqualTo(new Conflict(ORDER, 0, 1));
                }
            }
        }

        assertThat(won).isOne();
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo("1");
    }

    private static void awaitAll(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_expectation_works_in_a_jooq_transaction_too() {
        var jooq = DSL.using(database.dataSource(), SQLDialect.POSTGRES);

        AppendResult first =
                jooq.transactionResult(tx -> rig.outbox.appendExpecting(tx.dsl(), Order.class, "o-1", 0, EVENT));
        AppendResult second =
                jooq.transactionResult(tx -> rig.outbox.appendExpecting(tx.dsl(), Order.class, "o-1", 0, EVENT));

        assertThat(first).isInstanceOf(Appended.class);
        assertThat(second).isEqualTo(new Conflict(ORDER, 0, 1));
    }

    private AppendResult append(long expected) {
        return rig.committed(tx -> rig.outbox.appendExpecting(tx, Order.class, "o-1", expected, EVENT));
    }
}

package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.LineAdded;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On the writing side; the relay tests look at the log. */
class AggregateOrderGaplessTest {

    private static final int WRITERS = 8;
    private static final int TRANSACTIONS = 60;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
    }

    @Test
    void sequences_of_an_aggregate_are_1_2_3_over_many_appends_of_different_sizes() throws Exception {
        long expected = 0;
        try (var transaction = rig.transaction()) {
            for (int i = 0; i < 300; i++) {
                int size = 1 + i % 4;
                var appended = rig.outbox.append(transaction, Order.class, "o-1", lines(size));
                assertThat(appended.firstSequence()).isEqualTo(expected + 1);
                assertThat(appended.lastSequence()).isEqualTo(expected += size);
                if (i % 10 == 0) {
                    transaction.commit();
                }
            }
            transaction.commit();
        }
        assertGapless("o-1", expected);
    }

    @Test
    void each_aggregate_has_its_own_sequence() throws Exception {
        for (var id : List.of("a", "b", "a", "A", "a ")) {
            rig.committed(tx -> rig.outbox.append(tx, Order.class, id, lines(1)));
        }

        assertGapless("a", 2);
        assertGapless("b", 1);
        assertGapless("A", 1);
        assertGapless("a ", 1);
    }

    @Test
    void concurrent_writers_that_sometimes_roll_back_leave_no_gap_and_no_repetition() throws Exception {
        long committed = 0;
        try (var threads = Executors.newFixedThreadPool(WRITERS)) {
            var writers = IntStream.range(0, WRITERS)
                    .<Callable<Integer>>mapToObj(seed -> () -> write(new Random(seed)))
                    .toList();
            for (var events : threads.invokeAll(writers)) {
                committed += events.get();
            }
        }

        assertGapless("o-1", committed);
        assertThat(rig.value("SELECT sequence FROM afterimage.outbox_head")).isEqualTo(Long.toString(committed));
    }

    /** Returns how many events it committed. */
    private int write(Random random) throws SQLException {
        int committed = 0;
        try (var transaction = rig.transaction()) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                int events = appendSome(transaction, random);
                if (random.nextInt(3) == 0) {
                    transaction.rollback();
                } else {
                    transaction.commit();
                    committed += events;
                }
            }
        }
        return committed;
    }

    private int appendSome(Connection transaction, Random random) throws SQLException {
        int first = 1 + random.nextInt(3);
        rig.outbox.append(transaction, Order.class, "o-1", lines(first));
        var savepoint = transaction.setSavepoint();
        int second = 1 + random.nextInt(3);
        rig.outbox.append(transaction, Order.class, "o-1", lines(second));
        if (random.nextBoolean()) {
            transaction.rollback(savepoint);
            return first;
        }
        return first + second;
    }

    @Test
    void a_rollback_to_a_savepoint_gives_the_sequences_back() throws Exception {
        try (var transaction = rig.transaction()) {
            rig.outbox.append(transaction, Order.class, "o-1", lines(2));
            var savepoint = transaction.setSavepoint();
            rig.outbox.append(transaction, Order.class, "o-1", lines(5));
            transaction.rollback(savepoint);
            var appended = rig.outbox.append(transaction, Order.class, "o-1", lines(1));
            transaction.commit();

            assertThat(appended.firstSequence()).isEqualTo(3);
        }
        assertGapless("o-1", 3);
    }

    @Test
    void sequences_follow_the_order_in_which_writers_commit() throws Exception {
        try (var first = rig.transaction();
                var second = rig.transaction();
                var thread = Executors.newSingleThreadExecutor()) {
            rig.outbox.append(first, Order.class, "o-1", lines(1));
            var waiting = thread.submit(() -> rig.outbox.append(second, Order.class, "o-1", lines(1)));
            rig.awaitBlocked(1);
            rig.outbox.append(first, Order.class, "o-1", lines(1));
            first.commit();

            assertThat(waiting.get().firstSequence()).isEqualTo(3);
            second.commit();
        }
    }

    private void assertGapless(String id, long last) throws SQLException {
        assertThat(rig.column("SELECT sequence FROM afterimage.outbox WHERE aggregate_id = '%s' ORDER BY sequence"
                        .formatted(id)))
                .isEqualTo(
                        LongStream.rangeClosed(1, last).mapToObj(Long::toString).toList());
    }

    private static Object[] lines(int count) {
        var lines = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            lines.add(new LineAdded(i, 1));
        }
        return lines.toArray();
    }
}

package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import dev.afterimage.outbox.OutboxRig.Stock;
import dev.afterimage.outbox.OutboxRig.StockEvent.Reserved;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConcurrentChangesTest {

    private static final int WRITERS = 8;
    private static final int TRANSACTIONS = 40;

    /** Their order differs between UTF-16, code points and most collations. */
    private static final List<String> IDS = List.of("a", "B", "b", "ä", "z-1", "z1", "\uffee", "🎉");

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
    }

    @Test
    void appends_of_the_same_aggregates_in_any_orders_never_deadlock_and_leave_no_gap() throws Exception {
        try (var threads = Executors.newFixedThreadPool(WRITERS)) {
            var writers = IntStream.range(0, WRITERS)
                    .<Callable<Void>>mapToObj(seed -> () -> write(new Random(seed)))
                    .toList();
            for (var writer : threads.invokeAll(writers)) {
                writer.get();
            }
        }

        assertThat(rig.column("""
                SELECT aggregate_id FROM afterimage.outbox GROUP BY aggregate_type, aggregate_id
                HAVING count(*) <> max(sequence) OR count(DISTINCT sequence) <> max(sequence)""")).isEmpty();
        assertThat(rig.value(
                        "SELECT count(*) = (SELECT sum(sequence) FROM afterimage.outbox_head) FROM afterimage.outbox"))
                .isEqualTo("t");
    }

    /** Some aggregates are new, some expectations are wrong, some transactions roll back. */
    private Void write(Random random) throws Exception {
        try (var transaction = rig.transaction()) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                var changes = someChanges(random, i / 10);
                if (random.nextInt(4) == 0) {
                    rig.outbox.appendExpecting(transaction, changes.expecting(random.nextInt(3)));
                } else {
                    rig.outbox.append(transaction, changes);
                }
                if (random.nextInt(5) == 0) {
                    transaction.rollback();
                } else {
                    transaction.commit();
                }
            }
        }
        return null;
    }

    private static Changes someChanges(Random random, int round) {
        var ids = new ArrayList<>(IDS);
        Collections.shuffle(ids, random);
        var changes = Changes.none();
        for (var id : ids.subList(0, 2 + random.nextInt(IDS.size() - 2))) {
            changes = random.nextBoolean()
                    ? changes.and(Order.class, id + round, new Placed("ann"))
                    : changes.and(Stock.class, id + round, new Reserved(1), new Reserved(2));
        }
        return changes;
    }

    @Test
    void separate_appends_in_opposite_orders_deadlock_and_the_message_says_what_to_do() throws Exception {
        try (var first = rig.transaction();
                var second = rig.transaction();
                var thread = Executors.newSingleThreadExecutor()) {
            rig.outbox.append(first, Order.class, "o-1", new Placed("ann"));
            rig.outbox.append(second, Order.class, "o-2", new Placed("ann"));
            var crossing = thread.submit(() -> rig.outbox.append(second, Order.class, "o-1", new Placed("ann")));
            rig.awaitBlocked(1);

            var failures = Stream.of(
                            catchThrowable(() -> rig.outbox.append(first, Order.class, "o-2", new Placed("ann"))),
                            catchThrowable(crossing::get))
                    .filter(Objects::nonNull)
                    .toList();

            assertThat(failures).singleElement().satisfies(ConcurrentChangesTest::saysHowToAvoidADeadlock);
            first.rollback();
            second.rollback();
        }
    }

    /** PostgreSQL ends either of the two. */
    private static void saysHowToAvoidADeadlock(Throwable failure) {
        assertThat(failure instanceof ExecutionException ? failure.getCause() : failure)
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("deadlock detected: two transactions wait for each other. Roll back")
                .hasMessageContaining("append(tx, Changes.of(…).and(…))");
    }
}

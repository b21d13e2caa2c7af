package dev.afterimage.relay;

import dev.afterimage.relay.RelayRig.Counter;
import dev.afterimage.relay.RelayRig.CounterEvent.Counted;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Eight writers whose transactions overlap: several events each, of several aggregates, some rolled back whole, some to
 * a savepoint. What must not appear is tagged {@code rolled back}; everything else has its transaction's own tag.
 */
final class Load implements AutoCloseable {

    static final String ROLLED_BACK = "rolled back";

    private static final int WRITERS = 8;
    private static final int AGGREGATES = 12;

    private final RelayRig rig;
    private final Map<String, List<String>> committed = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final List<Future<Integer>> writers = new ArrayList<>();
    private volatile boolean stopped;

    private Load(RelayRig rig) {
        this.rig = rig;
    }

    /** Starts writers that end after so many transactions each, or when stopped. */
    static Load start(RelayRig rig, int transactions) {
        var load = new Load(rig);
        for (int i = 0; i < WRITERS; i++) {
            load.writers.add(load.threads.submit(load.writer(i, transactions)));
        }
        return load;
    }

    private Callable<Integer> writer(int number, int transactions) {
        var random = new Random(number);
        return () -> {
            int done = 0;
            try (var transaction = rig.transaction()) {
                while (done < transactions && !stopped) {
                    write(transaction, "w%d-t%d".formatted(number, ++done), random);
                }
            }
            return done;
        };
    }

    private void write(Connection transaction, String tag, Random random) throws SQLException {
        boolean kept = random.nextInt(5) > 0;
        var events = new ArrayList<String>();
        // Ascending, so that no two writers wait for each other.
        for (int aggregate = random.nextInt(4); aggregate < AGGREGATES; aggregate += 1 + random.nextInt(6)) {
            if (random.nextInt(4) == 0) {
                appendAndTakeBack(transaction, aggregate);
            }
            append(transaction, aggregate, kept ? tag : ROLLED_BACK, events.size() + 1);
            events.add("%s %d".formatted(tag, events.size() + 1));
        }
        holdOpen(transaction);
        if (kept) {
            transaction.commit();
            committed.put(tag, events);
        } else {
            transaction.rollback();
        }
    }

    private void appendAndTakeBack(Connection transaction, int aggregate) throws SQLException {
        var savepoint = transaction.setSavepoint();
        append(transaction, aggregate, ROLLED_BACK, 0);
        append(transaction, aggregate, ROLLED_BACK, 0);
        transaction.rollback(savepoint);
    }

    private void append(Connection transaction, int aggregate, String tag, int number) {
        rig.outbox.append(transaction, Counter.class, "a" + aggregate, new Counted(tag, number));
    }

    /** Lets the transactions of the others begin and end inside this one. */
    private static void holdOpen(Connection transaction) throws SQLException {
        try (var statement = transaction.createStatement()) {
            statement.execute("SELECT pg_sleep(0.004)");
        }
    }

    boolean isRunning() {
        return writers.stream().anyMatch(writer -> !writer.isDone());
    }

    void stop() {
        stopped = true;
    }

    /** The events of every committed transaction by its tag, in the order of their appends, once the writers ended. */
    Map<String, List<String>> committed() throws ExecutionException, InterruptedException {
        for (var writer : writers) {
            writer.get();
        }
        return committed;
    }

    @Override
    public void close() {
        stop();
        threads.close();
    }
}

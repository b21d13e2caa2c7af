package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jooq.DSLContext;
import org.jooq.Record3;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every row of a version shows the position up to which it was folded, so a reader knows how old what it reads is. */
class SwitchInvisibleTest {

    private static final int SWITCHES = 4;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private volatile boolean done;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
    }

    @Test
    void no_reader_sees_an_error_an_empty_model_or_an_older_one_during_switches() throws Exception {
        var live = new TestFold(rig, rig.openActive(ReadModelsRig.scores()));
        live.to(1);
        try (var threads = Executors.newCachedThreadPool();
                var view = database.connect();
                var viewInTransactions = database.connect()) {
            var running = new ArrayList<Future<?>>();
            running.add(threads.submit(this::appendAllTheTime));
            running.add(threads.submit(feeding(live)));
            var readers = List.of(
                    threads.submit(reading(() -> fromView(DSL.using(view, SQLDialect.POSTGRES)))),
                    threads.submit(reading(() -> DSL.using(viewInTransactions, SQLDialect.POSTGRES)
                            .transactionResult(transaction -> fromView(transaction.dsl())))),
                    threads.submit(reading(() -> fromQuery(rig.readModels))),
                    threads.submit(reading(readingElsewhere())));

            switchManyTimes(running, threads);

            done = true;
            for (var reader : readers) {
                assertThat(reader.get(2, TimeUnit.MINUTES)).isGreaterThan(SWITCHES);
            }
            for (var task : running) {
                task.get(2, TimeUnit.MINUTES);
            }
        } finally {
            done = true;
        }
        rig.hoursPass();
        assertThat(rig.versions.all()).hasSize(2);
    }

    private void switchManyTimes(List<Future<?>> running, ExecutorService threads) {
        for (int i = 0; i < SWITCHES; i++) {
            var next = rig.rebuilt(ReadModelsRig.scores(), rig.log.head().value());
            rig.versions.switchTo(next.version(), next.catchUp());
            running.add(threads.submit(feeding(next)));
        }
    }

    private void appendAllTheTime() {
        while (!done) {
            rig.log.append();
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    /** Keeps a version fed, as its projector does, until the version is dropped. */
    private Runnable feeding(TestFold fold) {
        return () -> {
            try {
                while (!done) {
                    step(fold);
                }
            } catch (VersionFencedException e) {
                assertThat(rig.versions.all()).doesNotContain(fold.version());
            }
        };
    }

    private void step(TestFold fold) {
        if (fold.to(rig.log.head().value()) instanceof Advance.Ahead(var active)) {
            fold.to(active.value());
        }
    }

    private Callable<Record3<Integer, Long, Long>> readingElsewhere() {
        var elsewhere = rig.elsewhere();
        return () -> fromQuery(elsewhere);
    }

    private static Record3<Integer, Long, Long> fromView(DSLContext sql) {
        return sql.resultQuery("SELECT count(*), min(points), max(points) FROM app.score")
                .coerce(count(), min(ScoreTable.SCORE.points), max(ScoreTable.SCORE.points))
                .fetchSingle();
    }

    private static Record3<Integer, Long, Long> fromQuery(ReadModels readModels) {
        return readModels
                .query()
                .select(count(), min(ScoreTable.SCORE.points), max(ScoreTable.SCORE.points))
                .from(ScoreTable.SCORE)
                .fetchSingle();
    }

    /** Reads until done and returns how often. */
    private Callable<Integer> reading(Callable<Record3<Integer, Long, Long>> read) {
        return () -> {
            long last = 0;
            int reads = 0;
            while (!done) {
                var seen = read.call();
                assertThat(seen.value1()).as("rows").isEqualTo(TestFold.PLAYERS);
                assertThat(seen.value2()).as("oldest row").isEqualTo(seen.value3());
                assertThat(seen.value2()).as("state").isGreaterThanOrEqualTo(last);
                last = seen.value2();
                reads++;
            }
            return reads;
        };
    }
}

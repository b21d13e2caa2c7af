package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.sum;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.readmodels.ReadModels;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rebuilt version equals the live one at the same position, and no reader notices, while events keep coming. */
class RebuildEqualsLiveTest {

    private static final int REBUILDS = 3;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;
    private volatile boolean done;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        done = true;
        rig.close();
    }

    /** What a reader sees of the tallies: how many events were counted, and the position of the last of them. */
    private record Seen(long events, long last) {}

    @Test
    void rebuilds_under_constant_appends_end_equal_the_live_version_and_are_not_noticed_by_readers() throws Exception {
        var projector = rig.start(ProjectorRig.SETTINGS.withLiveBatch(40), Accounts.projection(), Tallies.projection());
        var model = new AccountsModel();
        appendSome(0, model);
        rig.drain(projector, "accounts", "tallies");
        try (var threads = Executors.newCachedThreadPool();
                var view = database.connect();
                var elsewhere = new TestDataSource(database.dataSource())) {
            var writer = threads.submit(() -> appendAllTheTime(model));
            var readers = List.of(
                    threads.submit(reading(() -> fromView(DSL.using(view, SQLDialect.POSTGRES)))),
                    threads.submit(reading(() -> fromQuery(rig.readModels))),
                    threads.submit(readingFrom(ReadModels.open(elsewhere, rig.log.whole()))));

            for (int i = 1; i <= REBUILDS; i++) {
                for (var projection : List.of("accounts", "tallies")) {
                    var result = projector
                            .rebuild(projection)
                            .await(ProjectorRig.SOON)
                            .orElseThrow();
                    assertThat(result.comparison().orElseThrow())
                            .satisfies(comparison -> assertThat(comparison.isEqual())
                                    .as(comparison.toString())
                                    .isTrue());
                }
            }

            done = true;
            writer.get(2, TimeUnit.MINUTES);
            for (var reader : readers) {
                assertThat(reader.get(2, TimeUnit.MINUTES)).isGreaterThan(REBUILDS);
            }
        }
        rig.drain(projector, "accounts", "tallies");
        assertThat(rig.accounts()).isEqualTo(model.rows());
        assertRetiredVersionsAreEqual(projector);
    }

    private void assertRetiredVersionsAreEqual(Projector projector) {
        var head = rig.log.whole().head();
        for (var projection : List.of("accounts", "tallies")) {
            var versions = rig.readModels.versions().of(projection);
            // What was superseded may wait a moment to be dropped.
            assertThat(versions).hasSizeGreaterThanOrEqualTo(2);
            var retired = versions.get(versions.size() - 2);
            assertThat(rig.readModels.checkpoints().await(retired, head, ProjectorRig.SOON))
                    .as("%s is fed: %s", retired, projector.status())
                    .isTrue();
            for (var table : retired.tables()) {
                assertThat(rig.rowsOf(retired.tableName(table)))
                        .isEqualTo(rig.rowsOf(versions.getLast().tableName(table)));
            }
        }
    }

    private void appendSome(int seed, AccountsModel model) {
        var events = AccountsModel.randomEvents(seed, 25, 30);
        events.forEach(model::apply);
        rig.append(events);
    }

    private void appendAllTheTime(AccountsModel model) {
        for (int seed = 1; !done; seed++) {
            appendSome(seed, model);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    private static Seen fromView(DSLContext sql) {
        var row = sql.resultQuery("SELECT coalesce(sum(times), 0), coalesce(max(last_position), 0) FROM app.tally")
                .fetchSingle();
        return new Seen(row.get(0, Long.class), row.get(1, Long.class));
    }

    private static Seen fromQuery(ReadModels readModels) {
        var row = readModels
                .query()
                .select(sum(TALLY.times), coalesce(max(TALLY.last), 0L))
                .from(TALLY)
                .fetchSingle();
        return new Seen(row.get(0, Long.class), row.get(1, Long.class));
    }

    private Callable<Integer> readingFrom(ReadModels readModels) {
        return reading(() -> fromQuery(readModels));
    }

    /** Reads until done and returns how often. */
    private Callable<Integer> reading(Callable<Seen> read) {
        return () -> {
            var last = new Seen(1, 1);
            int reads = 0;
            while (!done) {
                var seen = read.call();
                assertThat(seen.events()).as("each event counted once").isEqualTo(seen.last());
                assertThat(seen.events()).as("never older").isGreaterThanOrEqualTo(last.events());
                last = seen;
                reads++;
            }
            return reads;
        };
    }
}

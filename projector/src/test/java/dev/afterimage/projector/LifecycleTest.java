package dev.afterimage.projector;

import static dev.afterimage.projector.AccountTable.ACCOUNT;
import static dev.afterimage.projector.OwnerTable.OWNER;
import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.InvalidCaptureException;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LifecycleTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("afterimage-projector") || name.startsWith("afterimage-rebuild"))
                .sorted()
                .toList();
    }

    @Test
    void every_version_runs_on_a_thread_of_its_own_that_is_named_after_it() {
        var projector = rig.start(Accounts.projection(), Tallies.projection());

        assertThat(threads()).containsExactly("afterimage-projector-accounts-v1", "afterimage-projector-tallies-v1");
        assertThat(projector.status())
                .extracting(status -> status.version().toString())
                .containsExactly("accounts v1", "tallies v1");
    }

    @Test
    void a_projector_that_starts_again_goes_on_at_the_checkpoint() {
        var events = AccountsModel.randomEvents(71, 300, 8);
        rig.append(events.subList(0, 200));
        var first = rig.start(Accounts.projection());
        rig.drain(first, "accounts");
        first.close();
        rig.append(events.subList(200, 300));

        var decodes = rig.decodes();
        var second = rig.start(Accounts.projection());
        rig.drain(second, "accounts");

        assertThat(rig.decodes() - decodes).isEqualTo(100);
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void closing_ends_every_thread_and_gives_every_connection_back() {
        rig.append(AccountsModel.randomEvents(72, 300, 8));
        var projector = rig.start(ProjectorRig.SETTINGS.withLiveBatch(1), Accounts.projection(), Tallies.projection());

        projector.close();

        assertThat(threads()).isEmpty();
        assertThat(rig.dataSource.busy()).isEmpty();
        assertThat(projector.status()).extracting(ProjectionStatus::state).containsOnly(RunState.CLOSED);
    }

    @Test
    void closing_cancels_a_rebuild_and_waits_for_the_handler_that_runs() throws Exception {
        var rebuilding = new AtomicBoolean();
        var started = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        rig.append(AccountsModel.randomEvents(73, 50, 8));
        var projector =
                rig.start(ProjectorRig.SETTINGS.withRebuildBatch(1), Tallies.projection(AccountEvent.class, event -> {
                    if (rebuilding.get()) {
                        started.countDown();
                        await(go);
                    }
                }));
        rig.drain(projector, "tallies");
        rebuilding.set(true);
        var rebuild = projector.rebuild("tallies");
        await(started);
        try (var other = Executors.newSingleThreadExecutor()) {
            var closing = other.submit(projector::close);
            assertThatThrownBy(() -> closing.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            go.countDown();
            closing.get(2, TimeUnit.MINUTES);
        }

        assertThat(threads()).isEmpty();
        assertThat(rig.dataSource.busy()).isEmpty();
        assertThat(rebuild.isRunning()).isFalse();
        assertThatThrownBy(() -> rebuild.await(Duration.ZERO))
                .isInstanceOf(RebuildFailedException.class)
                .hasMessageContaining("cancelled before position 1");
        assertThat(rig.active("tallies").number()).isEqualTo(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void several_idle_projections_are_closed_together() {
        var settings =
                new ProjectorSettings(100, 100, 100, Duration.ofSeconds(3), Duration.ofSeconds(1), Bounds.defaults());
        var projector = rig.start(settings, Accounts.projection(), Tallies.projection(), StockTable.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "accounts", "tallies", "stock");
        long started = System.nanoTime();

        projector.close();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void closing_twice_or_before_the_start_is_fine() {
        var projector = rig.projector(ProjectorRig.SETTINGS, Accounts.projection());

        projector.close();
        projector.close();

        assertThat(projector.status()).isEmpty();
    }

    @Test
    void an_event_wakes_an_idle_projector_at_once() {
        var settings =
                new ProjectorSettings(100, 100, 100, Duration.ofSeconds(2), Duration.ofSeconds(1), Bounds.defaults());
        var projector = rig.start(settings, Accounts.projection());
        var fastest = Duration.ofMinutes(1);
        for (int i = 1; i <= 20; i++) {
            rig.append(new Deposited("a1", "1"));
            long appended = System.nanoTime();
            rig.drain(projector, "accounts");
            var took = Duration.ofNanos(System.nanoTime() - appended);
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
        }
        assertThat(fastest).as("an idle look would come after two seconds").isLessThan(Duration.ofMillis(1_500));
    }

    @Test
    void a_projection_that_handles_nothing_of_what_comes_is_at_the_head_all_the_same() {
        var projector = rig.start(Accounts.projection());
        rig.append(new StockEvent.Counted("nut", 1), new StockEvent.Counted("nut", 2));

        rig.drain(projector, "accounts");

        assertThat(rig.readModels.freshness(ACCOUNT).eventsBehind()).isZero();
        assertThat(rig.readModels.freshness(ACCOUNT).position()).isEqualTo(new Position(2));
    }

    @Test
    void two_projections_of_one_name_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.projector(ProjectorRig.SETTINGS, Tallies.projection(), Tallies.statements(1)))
                .withMessage("two projections are named tallies: give one another name");
    }

    @Test
    void two_projections_of_one_table_are_refused() {
        var thief = Projection.of("stock", 1)
                .statements(TALLY)
                .on(AccountEvent.class, (sql, event, logged) -> {})
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.projector(ProjectorRig.SETTINGS, Tallies.projection(), thief))
                .withMessage("table tally belongs to two projections, one of them stock: a table has one");
    }

    @Test
    void events_of_an_aggregate_that_the_decoder_does_not_know_are_refused_when_the_projector_is_made() {
        var foreign = Projection.of("tallies", 1)
                .rows(TALLY)
                .on(String.class, event -> event, (row, event, context) -> row)
                .build();

        assertThatThrownBy(() -> rig.projector(ProjectorRig.SETTINGS, foreign))
                .isInstanceOf(InvalidCaptureException.class)
                .hasMessageContaining("add its @Captured aggregate to EventCatalog.of(…)");
    }

    @Test
    void a_declaration_that_is_not_complete_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Projection.of("accounts", 1).rows(ACCOUNT).and(OWNER).build())
                .withMessage("projection accounts handles no events: declare some with on(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.of("unwritten", 1)
                        .rows(ACCOUNT)
                        .on(AccountEvent.class, AccountEvent::account, Accounts::fold)
                        .build())
                .withMessage(
                        "projection unwritten: its tables are not declared: put CREATE TABLE statements into the resource read-models/unwritten.sql");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.of("accounts", 1)
                        .rows(ACCOUNT)
                        .and(OWNER)
                        .on(TALLY, AccountEvent.class, AccountEvent::account, (row, event, context) -> row)
                        .build())
                .withMessage(
                        "projection accounts: table tally is not one of its tables: declare it with rows(…) or and(…)");
    }

    @Test
    void settings_out_of_range_are_refused() {
        var settings = ProjectorSettings.defaults();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withLiveBatch(0))
                .withMessage("ProjectorSettings.withLiveBatch must be 1..1000000 events, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withRebuildBatch(1_000_001))
                .withMessage("ProjectorSettings.withRebuildBatch must be 1..1000000 events, was 1000001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withKeptRows(-1))
                .withMessage("ProjectorSettings.withKeptRows must be 0 or more, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withMaxBackOff(Duration.ZERO))
                .withMessage("ProjectorSettings.withMaxBackOff must be 1 ms or more, was PT0S");
    }
}

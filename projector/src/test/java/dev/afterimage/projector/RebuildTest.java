package dev.afterimage.projector;

import static dev.afterimage.projector.AccountTable.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.readmodels.Comparison.TableComparison;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionState;
import dev.afterimage.readmodels.VersionView;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RebuildTest {

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

    private static RebuildResult finished(Rebuild rebuild) throws InterruptedException {
        return rebuild.await(ProjectorRig.SOON)
                .orElseThrow(() -> new AssertionError("not finished: " + rebuild.progress()));
    }

    private List<VersionPhase> phases(String projection) {
        return rig.readModels.versions().of(projection).stream()
                .map(ProjectionVersion::phase)
                .toList();
    }

    @Test
    void it_folds_everything_into_a_new_version_compares_it_with_the_live_one_and_switches() throws Exception {
        var events = AccountsModel.randomEvents(61, 500, 8);
        rig.append(events);
        var projector = rig.start(Accounts.projection());
        rig.drain(projector, "accounts");

        var rebuild = projector.rebuild("accounts");
        var result = finished(rebuild);

        assertThat(result.version()).isEqualTo(rig.active("accounts"));
        assertThat(result.version().number()).isEqualTo(2);
        assertThat(result.events()).isEqualTo(500);
        assertThat(result.duration()).isPositive();
        var comparison = result.comparison().orElseThrow();
        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.at()).isEqualTo(new Position(500));
        assertThat(rebuild.progress())
                .isEqualTo(new RebuildProgress(RebuildPhase.DONE, new Position(500), new Position(500), ""));
        assertThat(projector.lastRebuild("accounts")).contains(rebuild);
        assertThat(phases("accounts")).containsExactly(VersionPhase.RETIRED, VersionPhase.ACTIVE);
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void afterwards_the_new_version_and_the_retired_one_are_both_fed() throws Exception {
        var events = AccountsModel.randomEvents(62, 200, 8);
        rig.append(events.subList(0, 100));
        var projector = rig.start(Accounts.projection());
        var retired = rig.active("accounts");
        finished(projector.rebuild("accounts"));

        var head = rig.append(events.subList(100, 200));
        rig.drain(projector, "accounts");

        assertThat(rig.readModels.checkpoints().await(retired, head, ProjectorRig.SOON))
                .isTrue();
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        assertThat(rig.rowsOf("account__v1")).isEqualTo(rig.rowsOf("account__v2"));
        assertThat(rig.rowsOf("owner__v1")).isEqualTo(rig.rowsOf("owner__v2"));
        assertThat(projector.status())
                .extracting(ProjectionStatus::state)
                .containsExactly(RunState.RUNNING, RunState.RUNNING);
    }

    @Test
    void the_retired_version_waits_where_the_active_one_stops() throws Exception {
        rig.append(new Deposited("a1", "1"), new Deposited("a2", "1"));
        var projector = rig.start(Accounts.projection());
        var retired = rig.active("accounts");
        finished(projector.rebuild("accounts"));
        rig.sql.execute("DELETE FROM app.account__v2 WHERE account = 'a2'");

        rig.append(new Deposited("a1", "2"));
        rig.drain(projector, "accounts");
        var head = rig.append(new Deposited("a2", "2"), new Deposited("a1", "3"));
        ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED);

        assertThat(rig.readModels.checkpoints().await(retired, head, Duration.ofMillis(200)))
                .isFalse();
        assertThat(rig.rowsOf("account__v1")).containsExactly("(a1,,3,2,new)", "(a2,,1,1,new)");
        assertThat(projector.status())
                .extracting(ProjectionStatus::state)
                .containsExactly(RunState.RUNNING, RunState.STOPPED);
    }

    @Test
    void going_back_to_the_retired_version_is_a_switch_as_well_and_both_are_fed_on() throws Exception {
        var events = AccountsModel.randomEvents(68, 300, 8);
        rig.append(events.subList(0, 100));
        var projector = rig.start(Accounts.projection());
        var first = rig.active("accounts");
        var second = finished(projector.rebuild("accounts")).version();
        rig.append(events.subList(100, 200));
        rig.drain(projector, "accounts");

        rig.readModels
                .versions()
                .switchTo(first, held -> rig.readModels.checkpoints().await(first, held, ProjectorRig.SOON));
        var head = rig.append(events.subList(200, 300));
        rig.drain(projector, "accounts");

        assertThat(rig.active("accounts").number()).isEqualTo(1);
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        assertThat(rig.readModels.checkpoints().await(second, head, ProjectorRig.SOON))
                .isTrue();
        assertThat(rig.rowsOf("account__v2")).isEqualTo(rig.rowsOf("account__v1"));
    }

    @Test
    void a_projector_that_starts_later_feeds_both_versions_too() throws Exception {
        var events = AccountsModel.randomEvents(63, 200, 8);
        rig.append(events.subList(0, 100));
        var projector = rig.start(Accounts.projection());
        var retired = rig.active("accounts");
        finished(projector.rebuild("accounts"));
        projector.close();

        var restarted = rig.start(Accounts.projection());
        var head = rig.append(events.subList(100, 200));
        rig.drain(restarted, "accounts");

        assertThat(rig.readModels.checkpoints().await(retired, head, ProjectorRig.SOON))
                .isTrue();
        assertThat(rig.rowsOf("account__v1")).isEqualTo(rig.rowsOf("account__v2"));
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void rows_that_somebody_changed_by_hand_are_found_and_the_new_version_is_right() throws Exception {
        var events = AccountsModel.randomEvents(64, 200, 8);
        rig.append(events);
        var projector = rig.start(Accounts.projection());
        rig.drain(projector, "accounts");
        rig.sql.execute(
                "UPDATE app.account__v1 SET status = 'tampered' WHERE account = (SELECT min(account) FROM app.account__v1)");

        var comparison = finished(projector.rebuild("accounts")).comparison().orElseThrow();

        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.tables())
                .filteredOn(table -> !table.equal())
                .extracting(TableComparison::table)
                .containsExactly("account");
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        var recorded = Waiting.until(
                () -> Optional.ofNullable(rig.readModels
                                .versions()
                                .look(List.of("accounts"))
                                .get("accounts"))
                        .flatMap(ProjectionView::active)
                        .flatMap(VersionView::comparison),
                () -> projector.status().toString());
        assertThat(recorded).startsWith("differs from v1 at position 200: account had ");
    }

    @Test
    void the_rebuild_of_an_empty_log_is_empty() throws Exception {
        var projector = rig.start(Accounts.projection());

        var result = finished(projector.rebuild("accounts"));

        assertThat(result.events()).isZero();
        assertThat(result.comparison().orElseThrow().isEqual()).isTrue();
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "accounts");
        assertThat(rig.accounts()).containsExactly("(a1,,1,1,new)");
    }

    @Test
    void the_rebuild_over_events_that_the_projection_ignores_is_empty_and_at_the_head() throws Exception {
        rig.append(new StockEvent.Counted("nut", 1), new StockEvent.Counted("nut", 2));
        var projector = rig.start(Accounts.projection());

        var result = finished(projector.rebuild("accounts"));

        assertThat(result.events()).isEqualTo(2);
        assertThat(result.comparison().orElseThrow().isEqual()).isTrue();
        assertThat(rig.position("accounts")).isEqualTo(2);
        assertThat(rig.accounts()).isEmpty();
    }

    @Test
    void many_rows_are_rebuilt_in_small_batches_with_few_rows_in_memory() throws Exception {
        var events = AccountsModel.randomEvents(65, 3_000, 300);
        rig.append(events);
        var projector = rig.start(ProjectorRig.SETTINGS.withRebuildBatch(170).withKeptRows(20), Accounts.projection());

        var result = finished(projector.rebuild("accounts"));

        assertThat(result.comparison().orElseThrow().isEqual()).isTrue();
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void one_projection_is_rebuilt_once_at_a_time() throws Exception {
        var hold = new AtomicBoolean();
        var held = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(
                Tallies.projection(AccountEvent.class, event -> {
                    if (hold.get()) {
                        held.countDown();
                        await(go);
                    }
                }),
                Accounts.projection());
        rig.drain(projector, "tallies");
        hold.set(true);
        var rebuild = projector.rebuild("tallies");
        await(held);

        assertThat(rebuild.isRunning()).isTrue();
        assertThat(rebuild.progress().phase()).isEqualTo(RebuildPhase.FOLDING);
        assertThatThrownBy(() -> projector.rebuild("tallies"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("projection tallies is being rebuilt already, at position 0: wait for it");
        assertThat(rebuild.await(Duration.ofMillis(1))).isEmpty();
        finished(projector.rebuild("accounts"));

        go.countDown();
        hold.set(false);
        assertThat(finished(rebuild).version().number()).isEqualTo(2);
        assertThat(rebuild.isRunning()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_unknown_projection_cannot_be_rebuilt() {
        var projector = rig.start(Accounts.projection());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> projector.rebuild("acounts"))
                .withMessage("there is no projection acounts: choose one of [accounts]");
    }

    /** Folds {@link Renamed} once, and never again: whoever starts from the beginning fails at it. */
    private static Projection poisonedFor(AtomicBoolean poisoned, Throwable failure) {
        return Tallies.projection(AccountEvent.class, event -> {
            if (event instanceof Renamed && poisoned.get()) {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            }
        });
    }

    @Test
    void a_failing_event_fails_the_rebuild_by_name_and_the_live_version_serves_on() throws Exception {
        for (var failure : List.of(new IllegalStateException("no such name"), new OutOfMemoryError("not really"))) {
            rig.close();
            rig = new ProjectorRig(database);
            var poisoned = new AtomicBoolean();
            rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"), new Renamed("a1", "x"));
            var projector = rig.start(poisonedFor(poisoned, failure));
            rig.drain(projector, "tallies");
            poisoned.set(true);

            var rebuild = projector.rebuild("tallies");

            assertThatThrownBy(() -> rebuild.await(ProjectorRig.SOON))
                    .isInstanceOf(RebuildFailedException.class)
                    .hasMessageStartingWith("rebuild of tallies failed: ")
                    .hasMessageContaining(String.valueOf(failure.getMessage()))
                    .hasMessageEndingWith("; readers see what they saw before");
            assertThat(rebuild.isRunning()).isFalse();
            assertThat(rebuild.progress().phase()).isEqualTo(RebuildPhase.FAILED);
            assertThat(rebuild.progress().message()).contains(String.valueOf(failure.getMessage()));
            assertThat(rig.active("tallies").number()).isEqualTo(1);
            rig.append(new Deposited("a1", "1"));
            rig.drain(projector, "tallies");
            assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,3,4)", "(Renamed,1,3)");
        }
    }

    @Test
    void what_a_failed_rebuild_left_is_dropped_by_the_next_one() throws Exception {
        var poisoned = new AtomicBoolean();
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"));
        var projector = rig.start(poisonedFor(poisoned, new IllegalStateException("no such name")));
        rig.drain(projector, "tallies");
        poisoned.set(true);
        var failed = projector.rebuild("tallies");
        assertThatThrownBy(() -> failed.await(ProjectorRig.SOON)).isInstanceOf(RebuildFailedException.class);
        assertThat(phases("tallies")).containsExactly(VersionPhase.ACTIVE, VersionPhase.BUILDING);
        poisoned.set(false);

        finished(projector.rebuild("tallies"));

        assertThat(phases("tallies")).containsExactly(VersionPhase.RETIRED, VersionPhase.ACTIVE);
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,1)", "(Renamed,1,2)");
    }

    @Test
    void what_a_crashed_rebuild_left_is_dropped_by_the_next_one() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(Accounts.projection());
        var crashed =
                rig.readModels.versions().openBuilding(Accounts.projection().definition());
        rig.sql.execute("INSERT INTO app.account__v2 (account) VALUES ('half-built')");

        var result = finished(projector.rebuild("accounts"));

        assertThat(rig.readModels.versions().of("accounts")).hasSize(2).doesNotContain(crashed);
        assertThat(result.comparison().orElseThrow().isEqual()).isTrue();
        assertThat(rig.accounts()).containsExactly("(a1,,1,1,new)");
    }

    @Test
    void an_event_that_breaks_a_constraint_of_the_database_is_named_although_batches_are_large() throws Exception {
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "-900000"), new Deposited("a1", "2"));
        var projector = rig.start(Accounts.projection());
        rig.drain(projector, "accounts");
        var stricter = Accounts.withSql(
                Accounts.projection(2), 2, ReadModelSql.of("accounts").replace("balance > -1000000", "balance >= 0"));
        projector.close();

        var rebuild = rig.start(stricter).lastRebuild("accounts").orElseThrow();

        assertThatThrownBy(() -> rebuild.await(ProjectorRig.SOON))
                .isInstanceOf(RebuildFailedException.class)
                .hasMessageContaining("deposited ")
                .hasMessageContaining("violates check constraint")
                .hasMessageContaining("position 2");
    }

    @Test
    void a_rebuild_heals_a_version_that_stopped() throws Exception {
        var events = AccountsModel.randomEvents(66, 100, 8);
        rig.append(events.subList(0, 50));
        var projector = rig.start(Accounts.projection());
        rig.drain(projector, "accounts");
        rig.sql.execute("DELETE FROM app.account__v1");
        rig.append(events.subList(50, 100));
        ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED);

        var result = finished(projector.rebuild("accounts"));

        assertThat(result.comparison()).as("the live version does not move").isEmpty();
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        rig.awaitFreshness(ACCOUNT, each -> each.failure().isEmpty());
    }

    @Test
    void a_connection_that_is_lost_does_not_end_the_rebuild() throws Exception {
        var events = AccountsModel.randomEvents(67, 300, 8);
        rig.append(events);
        var projector = rig.start(ProjectorRig.SETTINGS.withRebuildBatch(20), Accounts.projection());
        rig.drain(projector, "accounts");
        var commits = new AtomicInteger();
        rig.dataSource.onCommit(connection -> {
            int number = commits.incrementAndGet();
            if (number % 11 == 0) {
                connection.rollback();
                throw new SQLException("connection lost", "08006");
            }
            connection.commit();
            if (number % 13 == 0) {
                throw new SQLException("connection lost", "08006");
            }
        });

        var result = finished(projector.rebuild("accounts"));

        rig.dataSource.onCommit(Connection::commit);
        assertThat(commits.get()).isGreaterThan(20);
        assertThat(result.comparison().orElseThrow().isEqual()).isTrue();
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void a_reader_that_keeps_the_view_locked_delays_the_switch_and_does_not_fail_it() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(Accounts.projection());
        rig.drain(projector, "accounts");
        try (var reader = database.connect();
                var statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT * FROM app.account");
            var rebuild = projector.rebuild("accounts");

            assertThat(rebuild.await(Duration.ofSeconds(6))).isEmpty();
            assertThat(rebuild.progress().phase()).isEqualTo(RebuildPhase.SWITCHING);
            assertThat(awaitRetrying("accounts").lease().message())
                    .contains("cannot be shown while others read under the plain names", "idle in transaction");
            reader.rollback();

            assertThat(finished(rebuild).version().number()).isEqualTo(2);
        }
    }

    private VersionView awaitRetrying(String projection) {
        return Waiting.until(
                () -> rig.readModels.versions().look(List.of(projection)).values().stream()
                        .flatMap(view -> view.building().stream())
                        .filter(building -> building.lease().state() == VersionState.RETRYING)
                        .findFirst(),
                () -> rig.readModels.versions().look(List.of(projection)).toString());
    }

    /** Else the live version would have to wait for all of it in the end. */
    @Test
    void what_comes_while_a_reader_delays_the_switch_is_folded_meanwhile() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(Accounts.projection());
        rig.drain(projector, "accounts");
        try (var reader = database.connect();
                var statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT * FROM app.account");
            var rebuild = projector.rebuild("accounts");
            Waiting.until(
                    () -> Optional.of(rebuild.progress())
                            .filter(progress -> progress.phase() == RebuildPhase.SWITCHING),
                    () -> rebuild.progress().toString());

            var head = rig.append(AccountsModel.randomEvents(71, 500, 8));

            Waiting.until(
                    () -> Optional.of(rebuild.progress().position()).filter(head::equals),
                    () -> rebuild.progress().toString());
            reader.rollback();
            finished(rebuild);
        }
    }

    @Test
    void closing_does_not_wait_for_a_batch_of_a_rebuild() throws Exception {
        rig.append(AccountsModel.randomEvents(71, 300, 8));
        var folding = new CountDownLatch(1);
        var closing = new CountDownLatch(1);
        var folded = new AtomicInteger();
        Runnable slowly = () -> {
            folded.incrementAndGet();
            folding.countDown();
            uninterruptibly(closing);
        };
        var rows = Tallies.projection(AccountEvent.class, event -> slowly.run());
        var statements = Projection.of("accounts", 1)
                .statements(ACCOUNT)
                .on(AccountEvent.class, (sql, event, logged) -> slowly.run())
                .build();
        var projector = rig.projector(ProjectorRig.SETTINGS, rows, statements).start();
        assertThat(folding.await(ProjectorRig.SOON.toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        var close = Thread.ofPlatform().start(projector::close);
        Waiting.until(() -> whyNoRebuild(projector), () -> "the projector is not closing");
        closing.countDown();

        assertThat(close.join(ProjectorRig.SOON)).isTrue();
        assertThat(folded).as("of 600 events, those that were being folded").hasValueLessThanOrEqualTo(2);
        assertThat(rig.readModels.versions().active("tallies")).isEmpty();
    }

    private static Optional<String> whyNoRebuild(Projector projector) {
        try {
            projector.rebuild("accounts");
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage())).filter(why -> why.contains("its projector is closed"));
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(ProjectorRig.SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

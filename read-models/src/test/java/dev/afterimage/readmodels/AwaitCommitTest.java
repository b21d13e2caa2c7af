package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AwaitCommitTest {

    private static final Duration SHORT = Duration.ofMillis(60);

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private TestFold scores;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        scores = new TestFold(rig, rig.openActive(ReadModelsRig.scores()));
    }

    private TestFold openMedals() {
        return new TestFold(
                rig, rig.openActive(new ReadModelDefinition("medals", 1, List.<Table<?>>of(ScoreTable.MEDAL), """
                        CREATE TABLE medal (player text PRIMARY KEY, points bigint);""")));
    }

    private AwaitResult await(CommitToken token, Duration timeout, Table<?>... tables) throws InterruptedException {
        return rig.readModels.awaitCommit(token, timeout, tables);
    }

    /** What an await on another thread comes to when {@code then} happens while it waits. */
    private AwaitResult whileAwaiting(ReadModels waiter, CommitToken token, Callable<?> then) throws Exception {
        try (var other = Executors.newSingleThreadExecutor()) {
            var waiting = other.submit(() -> waiter.awaitCommit(token, ReadModelsRig.SOON, ScoreTable.SCORE));
            then.call();
            return waiting.get(2, TimeUnit.MINUTES);
        }
    }

    private Callable<?> folding(long position) {
        return () -> {
            scores.to(position);
            return null;
        };
    }

    @Test
    void a_commit_that_is_shown_is_visible_at_its_position() throws Exception {
        rig.log.append();
        var token = rig.log.append();
        rig.log.append();
        scores.to(2);

        var result = await(token, Duration.ZERO, ScoreTable.SCORE);

        assertThat(result).isEqualTo(new AwaitResult.Visible(new Position(2)));
        assertThat(result.isVisible()).isTrue();
    }

    @Test
    void a_position_says_nothing_of_a_log_that_was_corrected_since() throws Exception {
        var token = rig.log.append();
        scores.to(1);
        rig.log.generation(7);

        assertThat(await(token, SHORT, ScoreTable.SCORE).toString()).contains("a correction of the log concerns it");
        assertThat(whileAwaiting(
                        rig.readModels,
                        token,
                        () -> rig.sql.execute("UPDATE afterimage.checkpoint SET log_generation = 7")))
                .isEqualTo(new AwaitResult.Visible(new Position(1)));
    }

    @Test
    void a_commit_becomes_visible_when_the_projector_gets_there() throws Exception {
        var token = rig.log.append();

        assertThat(whileAwaiting(rig.readModels, token, folding(1)))
                .isEqualTo(new AwaitResult.Visible(new Position(1)));
    }

    @Test
    void it_is_seen_when_the_projector_runs_in_another_process() throws Exception {
        var token = rig.log.append();

        assertThat(whileAwaiting(rig.elsewhere(), token, folding(1)).isVisible())
                .isTrue();
    }

    @Test
    void it_is_seen_when_the_relay_brings_the_event_while_we_wait() throws Exception {
        var token = new CommitToken(EventId.next());

        var result = whileAwaiting(rig.readModels, token, () -> {
            rig.log.arrive(token);
            scores.to(1);
            return null;
        });

        assertThat(result.isVisible()).isTrue();
    }

    @Test
    void a_waiter_is_woken_soon_after_the_commit() throws Exception {
        for (var waiter : List.of(rig.readModels, rig.elsewhere())) {
            var slowest = Duration.ZERO;
            for (int i = 0; i < 20; i++) {
                var token = rig.log.append();
                var folded = new long[1];
                var result = whileAwaiting(waiter, token, () -> {
                    scores.to(rig.log.head().value());
                    folded[0] = System.nanoTime();
                    return null;
                });
                assertThat(result.isVisible()).isTrue();
                var took = Duration.ofNanos(System.nanoTime() - folded[0]);
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
            }
            assertThat(slowest).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void without_the_event_in_the_log_it_times_out_and_says_that_it_waits_for_the_relay() throws Exception {
        var token = new CommitToken(EventId.next());

        var result = await(token, SHORT, ScoreTable.SCORE);

        assertThat(result)
                .isEqualTo(new AwaitResult.TimedOut(
                        token, "the event to reach the log: is its transaction committed and the relay running?"));
        assertThat(result.isVisible()).isFalse();
    }

    @Test
    void while_the_relay_refuses_it_times_out_and_says_why() throws Exception {
        rig.log.relay(RelayState.REFUSED, Instant.now(), Optional.empty());

        var result = await(new CommitToken(EventId.next()), Duration.ofSeconds(2), ScoreTable.SCORE);

        assertThat(result)
                .isInstanceOfSatisfying(
                        AwaitResult.TimedOut.class,
                        timedOut -> assertThat(timedOut.waitingFor())
                                .startsWith("the event to reach the log: the relay of orders is refused since ")
                                .endsWith(": as reported"));
    }

    @Test
    void behind_it_times_out_and_says_which_projection_is_how_far_behind() throws Exception {
        rig.log.appendTo(4);
        var token = rig.log.append();
        scores.to(2);

        assertThat(await(token, SHORT, ScoreTable.SCORE))
                .isInstanceOfSatisfying(
                        AwaitResult.TimedOut.class,
                        result -> assertThat(result.waitingFor())
                                .startsWith("scores, which is 3 events behind; no node runs it since "));
        rig.readModels.leases().claim(scores.version(), "a node");
        assertThat(await(token, SHORT, ScoreTable.SCORE))
                .isEqualTo(new AwaitResult.TimedOut(token, "scores, which is 3 events behind"));
    }

    @Test
    void without_a_projection_of_the_table_it_ends_at_once_and_says_so() throws Exception {
        var token = rig.log.append();
        scores.to(1);

        assertThat(await(token, ReadModelsRig.SOON, ScoreTable.MEDAL))
                .isEqualTo(new AwaitResult.Unreachable(
                        token, "no projection with the table medal has a version: start its projector once"));
        assertThat(await(token, ReadModelsRig.SOON, ScoreTable.SCORE, ScoreTable.MEDAL)
                        .isVisible())
                .as("one of two tables is not enough")
                .isFalse();
    }

    @Test
    void a_projection_whose_first_version_is_being_built_is_waited_for() throws Exception {
        var token = rig.log.append();
        scores.to(1);
        rig.versions.openBuilding(new ReadModelDefinition("medals", 1, List.<Table<?>>of(ScoreTable.MEDAL), """
                CREATE TABLE medal (player text PRIMARY KEY, points bigint);"""));

        assertThat(await(token, SHORT, ScoreTable.MEDAL))
                .isEqualTo(new AwaitResult.TimedOut(
                        token, "the first version of the projection with the table medal, which is being built"));
    }

    @Test
    void a_table_of_another_schema_is_another_table() throws Exception {
        var token = rig.log.append();
        scores.to(1);
        var other = DSL.table(DSL.name("elsewhere", "score"));

        assertThat(await(token, ReadModelsRig.SOON, other)).isInstanceOf(AwaitResult.Unreachable.class);
    }

    @Test
    void an_event_that_was_rolled_back_is_not_waited_for_once_the_log_is_complete_beyond_it() throws Exception {
        var token = new CommitToken(EventId.next());
        try (var other = Executors.newSingleThreadExecutor()) {
            var waiting = other.submit(() -> await(token, ReadModelsRig.SOON, ScoreTable.SCORE));
            rig.log.completeUpTo(Instant.now().plusSeconds(60));

            assertThat(waiting.get(2, TimeUnit.MINUTES))
                    .isInstanceOfSatisfying(
                            AwaitResult.Unreachable.class,
                            result -> assertThat(result.why()).contains("rolled back", "still open"));
        }
    }

    @Test
    void an_event_is_waited_for_while_the_log_is_only_complete_up_to_before_the_wait() throws Exception {
        rig.log.completeUpTo(Instant.now().minusSeconds(5));

        assertThat(await(new CommitToken(EventId.next()), Duration.ofMillis(800), ScoreTable.SCORE))
                .isInstanceOf(AwaitResult.TimedOut.class);
    }

    @Test
    void a_projection_that_stopped_before_the_commit_ends_the_wait_at_once() throws Exception {
        var token = rig.log.append();
        rig.versions.recordFailure(scores.version(), new Position(1), "scores v1 stopped at position 1: poisoned");

        assertThat(await(token, ReadModelsRig.SOON, ScoreTable.SCORE))
                .isEqualTo(new AwaitResult.Stopped(token, "scores", "scores v1 stopped at position 1: poisoned"));
    }

    @Test
    void a_projection_that_stopped_after_the_commit_still_shows_it() throws Exception {
        var token = rig.log.append();
        scores.to(1);
        rig.log.append();
        rig.versions.recordFailure(scores.version(), new Position(2), "poisoned");

        assertThat(await(token, Duration.ZERO, ScoreTable.SCORE).isVisible()).isTrue();
    }

    @Test
    void only_the_named_tables_are_awaited_and_all_of_them_if_none_is_named() throws Exception {
        var medals = openMedals();
        var token = rig.log.append();
        scores.to(1);

        assertThat(await(token, Duration.ZERO, ScoreTable.SCORE).isVisible()).isTrue();
        assertThat(await(token, SHORT))
                .isInstanceOfSatisfying(
                        AwaitResult.TimedOut.class,
                        result -> assertThat(result.waitingFor()).startsWith("medals, which is 1 events behind"));

        rig.sql.execute(
                "UPDATE afterimage.checkpoint SET position = 1 WHERE projection = ?",
                medals.version().projection());
        assertThat(await(token, ReadModelsRig.SOON).isVisible()).isTrue();
    }

    @Test
    void a_version_that_nobody_reads_is_not_awaited() throws Exception {
        var token = rig.log.append();
        rig.versions.openBuilding(ReadModelsRig.scores());
        scores.to(1);

        assertThat(await(token, SHORT).isVisible()).isTrue();
    }

    @Test
    void what_is_visible_is_what_a_query_shows_also_right_after_a_switch() throws Exception {
        assertThat(rig.readModels.query().fetchCount(ScoreTable.SCORE)).isZero();
        var next = rig.rebuilt(ReadModelsRig.scores(), 0);
        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);
        var token = rig.log.append();
        next.to(1);

        assertThat(await(token, ReadModelsRig.SOON, ScoreTable.SCORE).isVisible())
                .isTrue();

        assertThat(rig.readModels.query().fetchCount(ScoreTable.SCORE))
                .as("rows of the new version, although the old one is still remembered")
                .isEqualTo(TestFold.PLAYERS);
    }
}

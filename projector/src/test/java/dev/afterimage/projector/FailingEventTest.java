package dev.afterimage.projector;

import static dev.afterimage.projector.AccountTable.ACCOUNT;
import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.readmodels.AwaitResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailingEventTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;
    private final AtomicBoolean mended = new AtomicBoolean();

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Many events, of which the one at {@code position} is the only {@link Renamed}. */
    private static List<AccountEvent> eventsWithRenamedAt(int position, int count) {
        var events = new ArrayList<AccountEvent>(IntStream.range(0, count)
                .<AccountEvent>mapToObj(i -> new Deposited("a" + i % 9, "1"))
                .toList());
        events.set(position - 1, new Renamed("a1", "poison"));
        return events;
    }

    /** Counts, and cannot count what was renamed until that is mended. */
    private Projection failingOnRenamed(Supplier<? extends Throwable> failure) {
        return Tallies.projection(AccountEvent.class, event -> {
            if (event instanceof Renamed && !mended.get()) {
                throw FailingEventTest.<RuntimeException>sneaky(failure.get());
            }
        });
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: throws whatever it is
    private static <T extends Throwable> T sneaky(Throwable failure) throws T {
        throw (T) failure;
    }

    private Projection failingOnRenamed() {
        return failingOnRenamed(() -> new IllegalStateException("no such name"));
    }

    private RecordedEvent eventAt(long position) {
        return rig.log
                .whole()
                .readAfter(new Position(position - 1), ReadLimits.defaults().withEvents(1))
                .events()
                .getFirst()
                .event();
    }

    private String idAt(long position) {
        return eventAt(position).id().toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 57, 300})
    void the_projection_stops_right_before_it_and_says_which_event_why_and_what_to_do(int position) {
        var events = eventsWithRenamedAt(position, 300);
        rig.append(events);

        var projector = rig.start(failingOnRenamed());
        var status = ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);

        assertThat(status.message())
                .isEqualTo(
                        "tallies v1 stopped at position %d: %s failed: no such name; fix the projection and start its node again, or call Projector.resume there; if its rows were changed, run ./afterimage rebuild tallies"
                                .formatted(position, eventAt(position).describe()));
        assertThat(status.position().value()).isEqualTo(position - 1);
        assertThat(rig.position("tallies")).isEqualTo(position - 1);
        assertThat(rig.rowsOf("tally")).isEqualTo(Tallies.after(events.subList(0, position - 1)));
    }

    @Test
    void nothing_is_skipped_while_it_is_stopped_and_other_projections_go_on() {
        var projector = rig.start(failingOnRenamed(), Accounts.projection());
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"), new Deposited("a1", "1"));
        ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);

        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "accounts");

        assertThat(rig.position("tallies")).isEqualTo(1);
        assertThat(rig.accounts()).containsExactly("(a1,,3,3,x)");
        assertThat(projector.status())
                .extracting(ProjectionStatus::state)
                .containsExactly(RunState.STOPPED, RunState.RUNNING);
    }

    @Test
    void readers_are_told_by_the_freshness_and_by_waiting_for_a_commit() throws Exception {
        var projector = rig.start(failingOnRenamed());
        rig.append(new Renamed("a1", "x"), new Deposited("a1", "1"));
        var message =
                ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED).message();

        var freshness = rig.awaitFreshness(TALLY, each -> each.failure().isPresent());
        assertThat(freshness.failure()).contains(message);
        assertThat(freshness.eventsBehind()).isEqualTo(2);
        var token = CommitToken.parse(idAt(2));
        assertThat(rig.readModels.awaitCommit(token, ProjectorRig.SOON, TALLY))
                .isEqualTo(new AwaitResult.Stopped(token, "tallies", message));
    }

    @Test
    void it_goes_on_with_the_same_event_when_it_is_resumed_after_mending() {
        var events = eventsWithRenamedAt(20, 40);
        rig.append(events);
        var projector = rig.start(failingOnRenamed());
        ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);
        mended.set(true);

        projector.resume("tallies");
        rig.drain(projector, "tallies");

        assertThat(rig.rowsOf("tally")).isEqualTo(Tallies.after(events));
        rig.awaitFreshness(TALLY, each -> each.failure().isEmpty());
        assertThat(projector.status()).extracting(ProjectionStatus::state).containsExactly(RunState.RUNNING);
    }

    @Test
    void it_stops_again_when_it_is_resumed_without_mending_and_at_the_next_one_after_mending_the_first() {
        var poisoned = new AtomicInteger(2);
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "2"), new Deposited("a1", "3"));
        var projector = rig.start(Tallies.projection(Deposited.class, event -> {
            if (event.amount().intValue() >= poisoned.get()) {
                throw new IllegalStateException("no " + event.amount());
            }
        }));
        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 2", "no 2");

        projector.resume("tallies");
        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 2", "no 2");
        poisoned.set(3);
        projector.resume("tallies");
        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 3", "no 3");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
    }

    @Test
    void a_projector_started_with_mended_code_goes_on() {
        var events = eventsWithRenamedAt(5, 9);
        rig.append(events);
        var projector = rig.start(failingOnRenamed());
        ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);
        projector.close();

        rig.drain(rig.start(Tallies.projection()), "tallies");

        assertThat(rig.rowsOf("tally")).isEqualTo(Tallies.after(events));
        rig.awaitFreshness(TALLY, each -> each.failure().isEmpty());
    }

    static Stream<Supplier<Throwable>> whateverAHandlerMayThrow() {
        return Stream.of(
                () -> new NullPointerException("null is not a name"),
                () -> new AssertionError("not so"),
                () -> new NoClassDefFoundError("com/example/Gone"),
                () -> new Error("an error of its own"),
                () -> new Exception("checked, but thrown all the same"),
                () -> new SQLException("a constraint of another database", "23514"));
    }

    @ParameterizedTest
    @MethodSource("whateverAHandlerMayThrow")
    void whatever_the_handler_throws_stops_the_projection(Supplier<Throwable> failure) {
        rig.append(eventsWithRenamedAt(3, 5));

        var projector = rig.start(failingOnRenamed(failure));

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .startsWith("tallies v1 stopped at position 3: renamed v2 ")
                .contains(String.valueOf(failure.get().getMessage()));
        assertThat(rig.position("tallies")).isEqualTo(2);
    }

    @Test
    void endless_recursion_in_a_handler_stops_the_projection() {
        rig.append(eventsWithRenamedAt(3, 5));

        var projector = rig.start(Tallies.projection(AccountEvent.class, event -> {
            if (event instanceof Renamed) {
                FailingEventTest.recurse(event, 0);
            }
        }));

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 3", "java.lang.StackOverflowError");
        assertThat(rig.position("tallies")).isEqualTo(2);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(Object event, int depth) {
        return recurse(event, depth + 1) + 1;
    }

    @Test
    void a_key_function_that_throws_or_gives_nothing_stops_the_projection() {
        rig.append(eventsWithRenamedAt(3, 5));
        var throwing = Projection.of("tallies", 1)
                .rows(TALLY)
                .on(AccountEvent.class, FailingEventTest::keyThrowing, (row, event, context) -> row)
                .build();

        var projector = rig.start(throwing, Accounts.projection());

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 3", "no key");
        assertThat(rig.position("tallies")).isEqualTo(2);
        rig.drain(projector, "accounts");
    }

    private static String keyThrowing(AccountEvent event) {
        if (event instanceof Renamed) {
            throw new IllegalStateException("no key");
        }
        return event.account();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 400, 777, 1_000})
    void a_constraint_that_the_database_checks_is_attributed_to_the_very_event(int position) {
        var events = new ArrayList<AccountEvent>(IntStream.range(0, 1_000)
                .<AccountEvent>mapToObj(i -> new Deposited("a" + i % 90, "1"))
                .toList());
        events.set(position - 1, new Deposited("a7", "-2000000"));
        rig.append(events);

        var projector = rig.start(Accounts.projection());
        var status = ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED);

        assertThat(status.message())
                .startsWith("accounts v1 stopped at position %d: deposited %s".formatted(position, idAt(position)))
                .contains("violates check constraint")
                .contains("; fix the projection and start its node again, or call Projector.resume there; ");
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events.subList(0, position - 1)));
    }

    @Test
    void a_value_that_the_database_refuses_is_attributed_to_the_very_event() {
        rig.append(new Renamed("a1", "fine"), new Renamed("a2", "NUL \0 character"), new Renamed("a3", "fine"));

        var projector = rig.start(Accounts.projection());

        assertThat(ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED)
                        .message())
                .startsWith("accounts v1 stopped at position 2: renamed v2 ");
        assertThat(rig.accounts()).containsExactly("(a1,,0,0,fine)");
    }

    @Test
    void a_handler_that_returns_another_row_is_refused() {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(Projection.of("tallies", 1)
                .rows(TALLY)
                .on(
                        AccountEvent.class,
                        AccountEvent::account,
                        (row, event, context) -> TALLY.newRecord().with(TALLY.kind, "other"))
                .build());

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("the handler returned another row than the one it was given for tally (a1)");
    }

    @Test
    void a_failure_that_passes_is_tried_again_and_not_the_events_fault() {
        var attempts = new AtomicInteger();
        rig.append(eventsWithRenamedAt(3, 5));
        var projector = rig.start(Tallies.projection(AccountEvent.class, event -> {
            if (event instanceof Renamed && attempts.incrementAndGet() < 3) {
                throw new DataAccessException("looking elsewhere", new SQLException("deadlock detected", "40P01"));
            }
        }));

        rig.drain(projector, "tallies");

        assertThat(attempts).hasValue(3);
        ProjectorRig.awaitState(projector, "tallies", RunState.RUNNING);
    }

    @Test
    void while_it_is_tried_again_the_status_says_why() {
        rig.append(eventsWithRenamedAt(3, 5));
        var projector = rig.start(failingOnRenamed(
                () -> new DataAccessException("looking elsewhere", new SQLException("deadlock detected", "40P01"))));

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.RETRYING)
                        .message())
                .startsWith("looking elsewhere: deadlock detected; trying again in ");

        mended.set(true);
        rig.drain(projector, "tallies");
        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.RUNNING)
                        .message())
                .isEmpty();
    }

    @Test
    void an_unexpected_state_of_the_table_stops_the_projection_instead_of_going_unnoticed() {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(Accounts.projection());
        rig.drain(projector, "accounts");
        rig.sql.execute("DELETE FROM app.account__v1");

        rig.append(new Deposited("a1", "1"));

        assertThat(ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED)
                        .message())
                .contains("somebody else wrote to the table; rebuild the projection");
        rig.awaitFreshness(ACCOUNT, each -> each.failure().isPresent());
    }
}

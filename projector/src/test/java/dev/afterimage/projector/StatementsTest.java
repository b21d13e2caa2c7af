package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Closed;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementsTest {

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

    private void foldInBatches(Projection projection, int batch) {
        var step = rig.stepping(projection);
        ProjectorRig.toTheHead(step, batch);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000})
    void each_event_runs_its_statements_in_the_order_of_the_log(int batch) {
        var events = AccountsModel.randomEvents(51, 200, 8);
        rig.append(events);

        foldInBatches(Tallies.statements(1), batch);

        assertThat(rig.rowsOf("tally")).isEqualTo(Tallies.after(events));
        assertThat(rig.position("tallies")).isEqualTo(200);
    }

    @Test
    void equal_statements_are_sent_together() {
        rig.append(Collections.nCopies(1_000, new Deposited("a1", "1")));
        var step = rig.stepping(Tallies.statements(1));
        long before = rig.dataSource.statements();

        step.step(1_000);

        assertThat(rig.dataSource.statements() - before).isLessThanOrEqualTo(8);
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1000,1000)");
    }

    @Test
    void a_statement_tells_how_many_rows_it_changed() {
        var counts = new ArrayList<Integer>();
        var projection = Projection.of("tallies", 1)
                .statements(TALLY)
                .on(Deposited.class, (sql, event, logged) -> {
                    int updated = sql.update(TALLY)
                            .set(TALLY.times, TALLY.times.plus(1))
                            .where(TALLY.kind.eq(event.account()))
                            .execute();
                    counts.add(updated);
                    if (updated == 0) {
                        sql.insertInto(TALLY)
                                .set(TALLY.kind, event.account())
                                .set(TALLY.times, 1L)
                                .execute();
                    }
                })
                .build();
        rig.append(new Deposited("a", "1"), new Deposited("a", "1"), new Deposited("b", "1"), new Deposited("a", "1"));

        foldInBatches(projection, 1_000);

        assertThat(counts).containsExactly(0, 1, 0, 1);
        assertThat(rig.rowsOf("tally")).containsExactly("(a,3,)", "(b,1,)");
    }

    @Test
    void statements_sent_together_and_one_by_one_keep_the_order_of_the_log() {
        var projection = Projection.of("tallies", 1)
                .statements(TALLY)
                .together(
                        Deposited.class,
                        (sql, event, logged) -> sql.insertInto(TALLY)
                                .set(TALLY.kind, event.account())
                                .set(TALLY.times, 1L)
                                .execute())
                .on(
                        AccountEvent.Renamed.class,
                        (sql, event, logged) -> assertThat(sql.update(TALLY)
                                        .set(TALLY.times, TALLY.times.plus(1))
                                        .execute())
                                .isEqualTo((int) logged.position().value() / 2))
                .build();
        for (int i = 1; i <= 5; i++) {
            rig.append(new Deposited("a" + i, "1"), new AccountEvent.Renamed("a" + i, "x"));
        }

        foldInBatches(projection, 1_000);

        assertThat(rig.rowsOf("tally")).containsExactly("(a1,6,)", "(a2,5,)", "(a3,4,)", "(a4,3,)", "(a5,2,)");
    }

    @Test
    void a_query_sees_what_earlier_events_of_the_batch_wrote() {
        var projection = Projection.of("tallies", 1)
                .statements(TALLY)
                .on(AccountEvent.class, (sql, event, logged) -> {
                    int rows = sql.fetchCount(TALLY);
                    sql.insertInto(TALLY)
                            .set(TALLY.kind, event.account() + " found " + rows)
                            .set(TALLY.times, 1L)
                            .execute();
                })
                .build();
        rig.append(new Deposited("a1", "1"), new Deposited("a2", "1"), new Deposited("a3", "1"));

        rig.fold(projection);

        assertThat(rig.rowsOf("tally"))
                .containsExactly("(\"a1 found 0\",1,)", "(\"a2 found 1\",1,)", "(\"a3 found 2\",1,)");
    }

    @Test
    void several_rules_run_in_the_order_in_which_they_were_declared_and_only_for_their_events() {
        var projection = Projection.of("tallies", 1)
                .statements(TALLY)
                .on(
                        Deposited.class,
                        (sql, event, logged) -> sql.insertInto(TALLY)
                                .set(TALLY.kind, event.account())
                                .set(TALLY.times, 1L)
                                .execute())
                .on(
                        AccountEvent.class,
                        (sql, event, logged) -> sql.update(TALLY)
                                .set(TALLY.last, logged.position().value())
                                .where(TALLY.kind.eq(event.account()))
                                .execute())
                .on(
                        Closed.class,
                        (sql, event, logged) -> sql.deleteFrom(TALLY)
                                .where(TALLY.kind.eq(event.account()))
                                .execute())
                .build();
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"), new Deposited("a2", "1"), new Closed("a2"));

        rig.fold(projection);

        assertThat(rig.rowsOf("tally")).containsExactly("(a1,1,2)");
    }

    /** Counts with another statement for each kind of event, so that what is sent together changes all the time. */
    private static Projection counting(long times) {
        return Projection.of("tallies", 1)
                .statements(TALLY)
                .on(
                        Deposited.class,
                        (sql, event, logged) -> sql.insertInto(TALLY)
                                .set(TALLY.kind, "deposit at " + logged.position())
                                .set(TALLY.times, 1L)
                                .execute())
                .on(
                        Renamed.class,
                        (sql, event, logged) -> sql.insertInto(TALLY, TALLY.kind, TALLY.times, TALLY.last)
                                .values("rename at " + logged.position(), times, 0L)
                                .execute())
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 60, 61, 100})
    void a_statement_that_the_database_refuses_is_attributed_to_the_very_event(int position) {
        var events = new ArrayList<AccountEvent>();
        for (int i = 1; i <= 100; i++) {
            events.add(i == position ? new Renamed("a1", "x") : new Deposited("a1", "1"));
        }
        rig.append(events);

        var projector = rig.start(counting(5_000_000));
        var status = ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);

        assertThat(status.message())
                .startsWith("tallies v1 stopped at position %d: renamed v2 ".formatted(position))
                .contains("violates check constraint");
        assertThat(rig.rowsOf("tally")).hasSize(position - 1).allMatch(row -> row.contains("deposit at"));
    }

    /** Another statement for each kind of event; what is renamed goes to a column that the table lacks. */
    private static Projection togetherWithAWrongColumn() {
        return Projection.of("tallies", 1)
                .statements(TALLY)
                .together(
                        Deposited.class,
                        (sql, event, logged) -> sql.insertInto(TALLY)
                                .set(TALLY.kind, "deposit at " + logged.position())
                                .set(TALLY.times, 1L)
                                .execute())
                .together(
                        Renamed.class,
                        (sql, event, logged) -> sql.insertInto(TALLY)
                                .set(TALLY.kind, "rename at " + logged.position())
                                .set(DSL.field(DSL.name("no_such_column"), Long.class), 1L)
                                .execute())
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 8})
    void a_statement_sent_together_that_can_never_succeed_stops_the_projection_at_its_event(int position) {
        var events = new ArrayList<AccountEvent>(Collections.nCopies(8, new Deposited("a1", "1")));
        events.set(position - 1, new Renamed("a1", "x"));
        rig.append(events);

        var projector = rig.start(togetherWithAWrongColumn());
        var status = ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);

        assertThat(status.message())
                .startsWith("tallies v1 stopped at position %d: renamed v2 ".formatted(position))
                .contains("no_such_column");
        assertThat(rig.rowsOf("tally")).hasSize(position - 1).allMatch(row -> row.contains("deposit at"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_rows_hold_is_in_no_message(boolean together) throws Exception {
        var projector = rig.start(Tallies.insertingAccounts(together));
        rig.append(new Deposited("jane@example.org", "1"), new Renamed("a1", "x"));
        rig.drain(projector, "tallies");
        rig.append(new Deposited("jane@example.org", "1"));

        var message =
                ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED).message();
        var rebuild = projector.rebuild("tallies");
        assertThatThrownBy(() -> rebuild.await(ProjectorRig.SOON)).isInstanceOf(RebuildFailedException.class);

        assertThat(message)
                .contains("violates unique constraint")
                .doesNotContain("Detail", "(jane@example.org)", "'jane@example.org'");
        assertThat(rebuild.progress().message())
                .contains("violates unique constraint")
                .doesNotContain("Detail", "(jane@example.org)", "'jane@example.org'");
    }

    @Test
    void a_handler_that_throws_after_its_statement_leaves_nothing_of_it() {
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"));
        var projector = rig.start(Projection.of("tallies", 1)
                .statements(TALLY)
                .on(AccountEvent.class, (sql, event, logged) -> {
                    sql.insertInto(TALLY)
                            .set(TALLY.kind, Tallies.kind(event))
                            .set(TALLY.times, 1L)
                            .execute();
                    if (event instanceof Renamed) {
                        throw new IllegalStateException("too late");
                    }
                })
                .build());

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 2", "too late");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,)");
    }

    @Test
    void a_handler_cannot_end_the_projections_transaction() {
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"));
        var projector = rig.start(Projection.of("tallies", 1)
                .statements(TALLY)
                .on(AccountEvent.class, (sql, event, logged) -> {
                    sql.insertInto(TALLY)
                            .set(TALLY.kind, Tallies.kind(event))
                            .set(TALLY.times, 1L)
                            .execute();
                    if (event instanceof Renamed) {
                        sql.transaction(own -> own.dsl().deleteFrom(TALLY).execute());
                    }
                })
                .build());

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 2", "a handler cannot begin a transaction");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,)");
    }

    /** What would leave a checkpoint without its rows, or rows without their checkpoint. */
    private static final Map<String, Consumer<DSLContext>> ENDINGS = Map.of(
            "COMMIT", sql -> sql.execute("COMMIT"),
            "rollback as text", sql -> sql.execute(" rollback work"),
            "a plain statement",
                    sql -> sql.connection(connection -> {
                        try (var statement = connection.createStatement()) {
                            statement.execute("END");
                        }
                    }),
            "commit()", sql -> sql.connection(Connection::commit),
            "rollback()", sql -> sql.connection(Connection::rollback),
            "auto-commit", sql -> sql.connection(connection -> connection.setAutoCommit(true)));

    static Set<String> endings() {
        return ENDINGS.keySet();
    }

    @ParameterizedTest
    @MethodSource("endings")
    void whatever_would_end_the_transaction_stops_the_projection_before_its_event(String ending) {
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"), new Deposited("a1", "1"));
        var projector = rig.start(Projection.of("tallies", 1)
                .statements(TALLY)
                .on(AccountEvent.class, (sql, event, logged) -> {
                    sql.insertInto(TALLY)
                            .set(TALLY.kind, logged.position().toString())
                            .set(TALLY.times, 1L)
                            .execute();
                    if (event instanceof Renamed) {
                        Objects.requireNonNull(ENDINGS.get(ending)).accept(sql);
                    }
                })
                .build());

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 2", "a handler cannot end a transaction");
        assertThat(rig.rowsOf("tally")).containsExactly("(1,1,)");
        assertThat(rig.position("tallies")).isEqualTo(1);
    }

    @Test
    void a_handler_may_roll_back_to_a_savepoint_of_its_own() {
        rig.append(new Deposited("a1", "1"));

        foldInBatches(
                Projection.of("tallies", 1)
                        .statements(TALLY)
                        .on(AccountEvent.class, (sql, event, logged) -> {
                            sql.execute("SAVEPOINT mine");
                            sql.execute("INSERT INTO {0} (kind) VALUES ('taken back')", TALLY);
                            sql.execute("ROLLBACK TO SAVEPOINT mine");
                            sql.connection(connection -> connection.rollback(connection.setSavepoint()));
                            sql.execute("INSERT INTO {0} (kind) VALUES ('kept')", TALLY);
                        })
                        .build(),
                1);

        assertThat(rig.rowsOf("tally")).containsExactly("(kept,0,)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_handler_that_hides_a_failure_stops_the_projection_with_it(boolean isLast) {
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"));
        var projector = rig.start(Projection.of("tallies", 1)
                .statements(TALLY)
                .on(AccountEvent.class, (sql, event, logged) -> {
                    try {
                        sql.execute("INSERT INTO {0} (kind) VALUES ('once')", TALLY);
                    } catch (DataAccessException e) {
                        if (!isLast) {
                            sql.execute("UPDATE {0} SET times = times + 1", TALLY);
                        }
                    }
                })
                .build());

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 2", isLast ? "went on after a statement had failed" : "tally__v1_pkey");
        assertThat(rig.rowsOf("tally")).containsExactly("(once,0,)");
    }

    @Test
    void statements_go_to_the_tables_of_their_version() throws Exception {
        var events = AccountsModel.randomEvents(52, 100, 8);
        rig.append(events);
        var projector = rig.start(Tallies.statements(1));
        rig.drain(projector, "tallies");

        var result = projector.rebuild("tallies").await(ProjectorRig.SOON).orElseThrow();

        assertThat(result.comparison().orElseThrow().isEqual()).isTrue();
        assertThat(rig.rowsOf("tally__v1")).isEqualTo(Tallies.after(events));
        assertThat(rig.rowsOf("tally__v2")).isEqualTo(Tallies.after(events));
    }

    @Test
    void statements_without_tables_or_events_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.of("tallies", 1).statements(TALLY).build())
                .withMessage("projection tallies handles no events: declare some with on(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.of("tallies", 1)
                        .statements()
                        .on(AccountEvent.class, (sql, event, logged) -> List.of())
                        .build())
                .withMessageContaining("has no tables");
    }
}

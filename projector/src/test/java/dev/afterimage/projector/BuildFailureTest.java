package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.readmodels.AwaitResult;
import dev.afterimage.readmodels.VersionState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A new version that cannot be built is tried again, readers learn of it, and after a switch it is fed whatever fails.
 */
class BuildFailureTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final String WIDER = """
            CREATE TABLE tally (
              kind text PRIMARY KEY,
              times bigint NOT NULL DEFAULT 0,
              last_position bigint,
              first_seen text NOT NULL DEFAULT 'long ago'
            );""";

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private CommitToken tokenAt(long position) {
        return new CommitToken(rig.log
                .whole()
                .readAfter(new Position(position - 1), ReadLimits.defaults().withEvents(1))
                .events()
                .getFirst()
                .event()
                .id());
    }

    /** Revision 1 ran here and stopped running; revision 2 fails at what was renamed until that is fixed. */
    private Projector raised(AtomicBoolean fixed) {
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"));
        var old = rig.start(Tallies.projection());
        rig.drain(old, "tallies");
        old.close();
        rig.append(new Deposited("a1", "1"));
        return rig.start(Accounts.withSql(
                Tallies.projection(AccountEvent.class, event -> {
                    if (event instanceof Renamed && !fixed.get()) {
                        throw new IllegalStateException("no such name");
                    }
                }),
                2,
                WIDER));
    }

    @Test
    void a_node_that_finds_another_one_at_it_has_not_failed() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var finish = new CountDownLatch(1);
        var projection = Tallies.projection(AccountEvent.class, event -> await(finish));
        var nodes = List.of(
                rig.projector(ProjectorRig.SETTINGS, projection), rig.projector(ProjectorRig.SETTINGS, projection));
        try (var other = database.connect();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('afterimage projection tallies', 0))");
            nodes.forEach(node -> Thread.ofVirtual().start(node::start));
            Waiting.until(
                    () -> Optional.of(waiting()).filter(sessions -> sessions == 2), () -> "one of them does not build");
            other.rollback();
        }

        Waiting.until(
                () -> nodes.stream()
                        .flatMap(node -> node.lastRebuild("tallies").stream())
                        .filter(Rebuild::isOver)
                        .findFirst(),
                () -> "both build");

        assertThat(rig.readModels.versions().look(List.of("tallies")).values())
                .allSatisfy(view -> assertThat(view.buildFailure()).isEmpty());
        finish.countDown();
        rig.drain(nodes.getFirst(), "tallies");
    }

    private long waiting() {
        return Objects.requireNonNull(rig.sql
                .resultQuery("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())")
                .fetchSingle(0, Long.class));
    }

    @Test
    void while_nobody_feeds_the_old_revision_readers_are_told_since_when_and_why() throws Exception {
        var projector = raised(new AtomicBoolean());
        var rebuild = projector.lastRebuild("tallies").orElseThrow();
        assertThatThrownBy(() -> rebuild.await(ProjectorRig.SOON))
                .isInstanceOf(RebuildFailedException.class)
                .hasMessageContaining("no such name");

        var freshness = Waiting.until(
                () -> Optional.of(rig.readModels.freshness(TALLY))
                        .filter(each -> each.failure().isPresent()),
                () -> rig.readModels.freshness(TALLY).toString());

        assertThat(freshness.version().revision()).isEqualTo(1);
        assertThat(freshness.feeding().state()).isEqualTo(VersionState.UNFED);
        assertThat(freshness.eventsBehind()).isEqualTo(1);
        assertThat(freshness.failure().orElseThrow())
                .startsWith("no node runs it since ")
                .contains("building revision 2 failed at ", "no such name");
        var token = tokenAt(3);
        assertThat(rig.readModels.awaitCommit(token, ProjectorRig.SOON, TALLY))
                .isInstanceOfSatisfying(
                        AwaitResult.Stopped.class,
                        stopped -> assertThat(stopped.failure()).contains("no such name"));
        var status = Waiting.until(
                () -> projector.status().stream()
                        .filter(each -> each.message().contains("no such name"))
                        .findFirst(),
                () -> projector.status().toString());
        assertThat(status.state()).isIn(RunState.STANDBY, RunState.BUILDING);
    }

    @Test
    void it_is_tried_again_without_being_asked() {
        var fixed = new AtomicBoolean();
        var projector = raised(fixed);
        Waiting.until(
                () -> rig.readModels.freshness(TALLY).failure(),
                () -> rig.readModels.freshness(TALLY).toString());

        fixed.set(true);

        Waiting.until(
                () -> Optional.of(rig.active("tallies")).filter(active -> active.revision() == 2),
                () -> projector.status().toString());
        rig.drain(projector, "tallies");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,3,\"long ago\")", "(Renamed,1,2,\"long ago\")");
        rig.awaitFreshness(TALLY, each -> each.failure().isEmpty());
    }

    @Test
    void a_build_that_another_node_replaced_is_no_failure() throws Exception {
        rig.append(new Deposited("a1", "1"));
        rig.drain(rig.start(Tallies.projection()), "tallies");
        var building = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var frozen = rig.start(Accounts.withSql(
                Tallies.projection(AccountEvent.class, event -> {
                    building.countDown();
                    await(go);
                }),
                2,
                WIDER));
        await(building);
        rig.sql.execute(
                "UPDATE afterimage.version_lease SET node = 'nobody', until = clock_timestamp() WHERE version = 2");
        rig.start(Accounts.withSql(Tallies.projection(), 2, WIDER));
        Waiting.until(
                () -> Optional.of(rig.active("tallies")).filter(active -> active.revision() == 2),
                () -> frozen.status().toString());

        go.countDown();
        var rebuild = frozen.lastRebuild("tallies").orElseThrow();
        assertThatThrownBy(() -> rebuild.await(ProjectorRig.SOON)).isInstanceOf(RebuildFailedException.class);
        frozen.close();

        var view = Objects.requireNonNull(
                rig.readModels.versions().look(List.of("tallies")).get("tallies"));
        assertThat(view.buildFailure()).isEmpty();
    }

    @Test
    void while_it_is_built_readers_are_told_how_far_it_is() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var old = rig.start(Tallies.projection());
        rig.drain(old, "tallies");
        old.close();
        var building = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        rig.start(Accounts.withSql(
                Tallies.projection(AccountEvent.class, event -> {
                    building.countDown();
                    await(go);
                }),
                2,
                WIDER));
        await(building);

        var freshness = Waiting.until(
                () -> Optional.of(rig.readModels.freshness(TALLY))
                        .filter(each -> each.feeding().message().contains("position 0 of 1")),
                () -> rig.readModels.freshness(TALLY).toString());

        assertThat(freshness.feeding().describe())
                .startsWith("no node runs it since ")
                .contains("v2 of revision 2 is being built by ");
        assertThat(freshness.failure()).as("it will be there by itself").isEmpty();
        go.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void connections_that_are_lost_before_the_first_statement_do_not_fail_it() throws Exception {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        rig.dataSource.refuse(new SQLException("connection refused", "08001"));
        var rebuild = projector.rebuild("tallies");
        Waiting.until(
                () -> Optional.of(rebuild.progress().message()).filter(message -> message.contains("refused")),
                () -> rebuild.progress().toString());

        rig.dataSource.refuse(null);

        assertThat(rebuild.await(ProjectorRig.SOON)).isPresent();
    }

    @Test
    void a_connection_that_is_lost_right_after_the_switch_leaves_the_new_version_fed() throws Exception {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        var switched = new AtomicBoolean();
        rig.dataSource.onCommit(connection -> {
            var before = activeIn(connection);
            connection.commit();
            if (before == 2 && switched.compareAndSet(false, true)) {
                rig.dataSource.refuse(new SQLException("connection refused", "08001"));
                throw new SQLException("connection lost", "08006");
            }
        });
        var rebuild = projector.rebuild("tallies");
        Waiting.until(
                () -> Optional.of(switched).filter(AtomicBoolean::get),
                () -> rebuild.progress().toString());
        rig.append(new Deposited("a1", "1"));

        rig.dataSource.refuse(null);
        rig.dataSource.onCommit(Connection::commit);

        rig.drain(projector, "tallies");
        assertThat(rig.active("tallies").number()).isEqualTo(2);
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
    }

    private static int activeIn(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT version FROM afterimage.projection_version WHERE phase = 'active'")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}

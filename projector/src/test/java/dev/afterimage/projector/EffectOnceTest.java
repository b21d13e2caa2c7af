package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows and checkpoint move in one transaction: whatever happens to it, every event has its effect once. */
class EffectOnceTest {

    private static final ProjectorSettings SMALL_BATCHES = ProjectorRig.SETTINGS.withLiveBatch(5);

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

    private static SQLException lost() {
        return new SQLException("connection lost", "08006");
    }

    private void assertRunning(Projector projector) {
        var head = rig.log.whole().head();
        Waiting.until(
                () -> projector.status().stream()
                        .filter(status -> status.state() == RunState.RUNNING)
                        .filter(status -> status.message().isEmpty())
                        .filter(status -> status.position().equals(head))
                        .findFirst(),
                () -> "not running at " + head + ": " + projector.status());
        assertThat(projector.status()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000})
    void a_crash_between_the_last_write_and_the_commit_is_as_if_the_batch_had_not_been_tried(int keptRows) {
        var events = AccountsModel.randomEvents(21, 300, 8);
        rig.append(events.subList(0, 10));
        var projector = rig.start(SMALL_BATCHES.withKeptRows(keptRows), Accounts.projection());
        rig.drain(projector, "accounts");
        var commits = new AtomicInteger();
        rig.dataSource.onCommit(connection -> {
            if (commits.incrementAndGet() % 8 == 0) {
                connection.rollback();
                throw lost();
            }
            connection.commit();
        });

        rig.append(events.subList(10, 300));
        rig.drain(projector, "accounts");

        assertThat(commits.get()).isGreaterThan(60);
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        assertRunning(projector);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000})
    void a_commit_of_which_the_answer_is_lost_is_not_applied_twice(int keptRows) {
        var events = AccountsModel.randomEvents(22, 300, 8);
        var projector = rig.start(SMALL_BATCHES.withKeptRows(keptRows), Accounts.projection());
        var commits = new AtomicInteger();
        rig.dataSource.onCommit(connection -> {
            connection.commit();
            if (commits.incrementAndGet() % 8 == 0) {
                throw lost();
            }
        });

        rig.append(events);
        rig.drain(projector, "accounts");

        assertThat(commits.get()).isGreaterThanOrEqualTo(60);
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        assertRunning(projector);
    }

    @Test
    void after_a_lost_answer_to_the_last_commit_the_projector_is_well_again_without_another_event() {
        var projector = rig.start(Accounts.projection());
        rig.dataSource.onCommit(connection -> {
            connection.commit();
            rig.dataSource.onCommit(Connection::commit);
            throw lost();
        });

        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "accounts");

        assertRunning(projector);
        assertThat(rig.accounts()).containsExactly("(a1,,1,1,new)");
    }

    @Test
    void a_commit_that_the_server_is_still_at_when_the_connection_is_lost_is_waited_for() throws Exception {
        try (var network = Executors.newSingleThreadExecutor()) {
            var projector = rig.start(Accounts.projection());
            var late = new AtomicReference<Future<?>>();
            rig.dataSource.onCommit(connection -> {
                rig.dataSource.onCommit(Connection::commit);
                late.set(network.submit(() -> {
                    Waiting.forLock(rig.sql);
                    connection.commit();
                    return null;
                }));
                throw lost();
            });

            rig.append(new Deposited("a1", "1"), new Deposited("a1", "2"));
            rig.drain(projector, "accounts");

            assertRunning(projector);
            assertThat(rig.accounts()).containsExactly("(a1,,3,2,new)");
            assertThat(late.get()).isNotNull();
            late.get().get();
        }
    }

    @Test
    void connections_killed_at_random_moments_lose_and_repeat_nothing() {
        var model = new AccountsModel();
        var projector = rig.start(SMALL_BATCHES, Accounts.projection());
        var random = new Random(23);
        for (int killed = 0, seed = 0; killed < 20; seed++) {
            var events = AccountsModel.randomEvents(seed, 60, 20);
            events.forEach(model::apply);
            var head = rig.append(events);
            LockSupport.parkNanos(random.nextInt(20_000_000));
            int now = 0;
            while (now == 0 && rig.position("accounts") < head.value()) {
                now = kill(rig.dataSource.busy());
            }
            killed += now;
            rig.drain(projector, "accounts");
        }

        assertThat(rig.accounts()).isEqualTo(model.rows());
        assertRunning(projector);
    }

    private int kill(Set<Integer> processes) {
        return (int) processes.stream()
                .filter(process -> rig.sql
                        .resultQuery("SELECT pg_terminate_backend(?)", process)
                        .fetchSingle(0, Boolean.class))
                .count();
    }
}

package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.relay.DisturbedLog.Step;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits that a role has for the requests of a service are too little for a repair, a first init and a verification.
 */
class TimeOutsOfTheRoleTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database);
    }

    @AfterEach
    void close() throws Exception {
        rig.execute("ALTER ROLE CURRENT_USER IN DATABASE %s RESET ALL".formatted(databaseName()));
        rig.close();
    }

    private String databaseName() throws Exception {
        return rig.query("SELECT quote_ident(current_database())");
    }

    private void limit(String parameter, String value) throws Exception {
        rig.execute("ALTER ROLE CURRENT_USER IN DATABASE %s SET %s = '%s'".formatted(databaseName(), parameter, value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "idle_in_transaction_session_timeout",
                "idle_session_timeout",
                "transaction_timeout",
                "statement_timeout"
            })
    void init_and_repair_take_as_long_as_it_takes(String parameter) throws Exception {
        rig.append("a", "before init", 1);
        limit(parameter, "300ms");
        new RelaySetup(rig.address, slow(), rig.settings).init();
        rig.append("a", "missed", 2);
        rig.dropSlot();

        assertThat(new RelaySetup(rig.address, slow(), rig.settings).repair()).isEqualTo(1);
        assertThat(rig.payloadsOf(2)).containsExactly("before init 1", "missed 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle_in_transaction_session_timeout", "transaction_timeout", "statement_timeout"})
    void a_verification_takes_as_long_as_it_takes(String parameter) throws Exception {
        rig.init().append("a", "a", 1);
        rig.streaming();
        rig.logOf(1);
        limit(parameter, "300ms");
        var verified = new CompletableFuture<VerifyReport>();
        try (var locking = rig.transaction();
                var statement = locking.createStatement()) {
            statement.execute("LOCK TABLE afterimage.outbox");
            Thread.ofPlatform().daemon().start(() -> complete(verified));
            Eventually.assertThatSoon(
                    "it has waited for longer than the limit",
                    () -> verified.isDone() || longerThanTheLimit("afterimage-verify", "active"));
        }
        assertThat(verified.get(2, TimeUnit.MINUTES).isSound()).isTrue();
    }

    private void complete(CompletableFuture<VerifyReport> verified) {
        try {
            verified.complete(rig.setup().verify(RelayRig.SOON));
        } catch (Throwable e) {
            verified.completeExceptionally(e);
        }
    }

    /** Between its steps idle for longer than the limit, then held up in its next statement for longer than that. */
    private DisturbedLog slow() {
        Step step = () -> {
            Eventually.assertThatSoon(
                    "it was idle for longer than the limit",
                    () -> isGone() || longerThanTheLimit("afterimage-repair", "idle"));
            holdUpTheNextStatement();
        };
        return new DisturbedLog(rig.log, step, () -> {});
    }

    private void holdUpTheNextStatement() throws Exception {
        var locking = rig.transaction();
        try (var statement = locking.createStatement()) {
            statement.execute("LOCK TABLE afterimage.outbox");
        }
        Thread.ofPlatform().daemon().start(() -> {
            try (locking) {
                Eventually.assertThatSoon(
                        "its statement has waited for longer than the limit",
                        () -> isGone() || longerThanTheLimit("afterimage-repair", "active"));
                locking.rollback();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private boolean isGone() throws Exception {
        return sessions("true", "afterimage-repair") < 2;
    }

    private boolean longerThanTheLimit(String application, String state) throws Exception {
        return sessions("state LIKE '%s%%' AND now() - state_change > '600 ms'".formatted(state), application) > 0;
    }

    private int sessions(String condition, String application) throws Exception {
        return Integer.parseInt(rig.query(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '%s' AND %s"
                        .formatted(application, condition)));
    }

    /** Only a superuser may change it, so it is named. */
    @Test
    void a_limit_of_temporary_files_is_named_with_what_to_do() throws Exception {
        rig.init();
        rig.execute("""
                INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name,
                  event_version, payload, occurred_at)
                SELECT gen_random_uuid(), 'counter', n::text, 1, 'counted', 1, '{}', now()
                FROM generate_series(1, 5000) n""");
        rig.dropSlot();
        limit("work_mem", "64kB");
        limit("temp_file_limit", "64kB");

        assertThatThrownBy(() -> rig.setup().repair())
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("raise temp_file_limit for this role");
    }
}

package dev.afterimage.proof.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.domain.CommitToken;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.customers.CustomerEvent.CustomerRegistered;
import dev.afterimage.outbox.Changes;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.readmodels.Freshness;
import dev.afterimage.relay.RelaySettings;
import dev.afterimage.relay.RelaySetup;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a user's search path leads to, we call what PostgreSQL has. */
class TheirNamesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final Duration LONG = Duration.ofMinutes(2);

    private static Shop shop;
    private static HikariDataSource theirs;

    /** Pools of a role in whose path everything of theirs comes before what is PostgreSQL's. */
    @BeforeAll
    static void makeTheirNames() throws SQLException {
        shop = Shop.open(database.jdbcUrl());
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE theirs_first SUPERUSER REPLICATION");
            TheirNames.make(connection);
            statement.execute(
                    "ALTER ROLE theirs_first SET search_path TO theirs, public, pg_catalog; ALTER ROLE theirs_first SET lock_timeout = '5s'");
        }
        theirs = new HikariDataSource();
        theirs.setJdbcUrl(database.jdbcUrlFor("theirs_first"));
        theirs.setMaximumPoolSize(20);
    }

    @AfterAll
    static void dropTheRole() throws SQLException {
        theirs.close();
        shop.dropSlots();
        shop.close();
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "REASSIGN OWNED BY theirs_first TO CURRENT_USER; DROP OWNED BY theirs_first; DROP ROLE theirs_first");
        }
    }

    private static long calls() throws SQLException {
        try (var connection = database.connect()) {
            return TheirNames.calls(connection);
        }
    }

    private static CommitToken append(Outbox outbox, String id, boolean together) throws SQLException {
        var event = new CustomerRegistered(id, id, "Reims", "France");
        try (var connection = theirs.getConnection()) {
            connection.setAutoCommit(false);
            var token = together
                    ? outbox.append(connection, Changes.of(Customer.class, id, event))
                            .token()
                    : outbox.append(connection, Customer.class, id, event).token();
            connection.commit();
            return token;
        }
    }

    @Test
    void these_names_would_be_found_before_postgresqls_own() throws Exception {
        long before = calls();
        try (var connection = theirs.getConnection();
                var statement = connection.createStatement()) {
            for (var sql : new String[] {
                "SELECT now()",
                "SELECT max(position) FROM afterimage.log_head",
                "SELECT 1 = 1",
                "SELECT * FROM unnest(ARRAY['a'::pg_catalog.text])",
                "SELECT 'a'::text"
            }) {
                assertThatThrownBy(() -> statement.execute(sql), sql).hasMessageContaining("theirs: ");
            }
        }
        assertThat(calls()).isGreaterThan(before);
    }

    @Test
    void nothing_of_theirs_is_called_from_append_to_repair() throws Exception {
        long before = calls();
        var address = DatabaseAddress.of(database.jdbcUrlFor("theirs_first"));
        var outbox = Outbox.create();
        Pipeline.init(address, theirs);
        try (var pipeline = new Pipeline(address, theirs).start()) {
            assertShown(pipeline, append(outbox, "ONE", false));
            assertShown(pipeline, append(outbox, "TWO", true));
            rebuild(pipeline, "customer_sales");
            assertShown(pipeline, append(outbox, "THREE", false));
            assertThat(pipeline.readModels().freshness())
                    .extracting(Freshness::failure)
                    .allSatisfy(failure -> assertThat(failure).isEmpty());
            verify(address);
        }
        append(outbox, "FOUR", false);
        assertThat(Pipeline.repair(address, theirs)).isOne();
        verify(address);

        assertThat(calls()).isEqualTo(before);
    }

    private static void assertShown(Pipeline pipeline, CommitToken token) throws InterruptedException {
        var shown = pipeline.readModels().awaitCommit(token, LONG);
        assertThat(shown.isVisible())
                .as(() -> "%s; %s; %s"
                        .formatted(
                                shown,
                                pipeline.relay().status(),
                                pipeline.projector().status()))
                .isTrue();
    }

    private static void rebuild(Pipeline pipeline, String projection) {
        var versions = pipeline.readModels().versions();
        int before = versions.active(projection).orElseThrow().number();
        versions.requestRebuild(projection);
        await(() -> versions.active(projection).orElseThrow().number() > before, pipeline);
    }

    private static void verify(DatabaseAddress address) {
        try (var log = PostgresEventLog.open(theirs)) {
            var report = new RelaySetup(address, log, RelaySettings.defaults()).verify();
            assertThat(report.isSound()).as(report.lines().toString()).isTrue();
        }
    }

    private static void await(BooleanSupplier condition, Pipeline pipeline) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(() -> pipeline.projector().status().toString())
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}

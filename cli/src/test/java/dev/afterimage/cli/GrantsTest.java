package dev.afterimage.cli;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.domain.CommitToken;
import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.outbox.Changes;
import dev.afterimage.outbox.ChangesResult;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.VersionPhase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The grants that the README names are enough, for each role and each command. */
class GrantsTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    private static EmbeddedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedServer.start(ServerSettings.forTests());
        server.createDatabase("shop");
        execute("CREATE ROLE owner LOGIN REPLICATION PASSWORD 'owner'", "GRANT CREATE ON DATABASE shop TO owner");
        for (var role : List.of("writer", "reader", "node")) {
            execute("CREATE ROLE %s LOGIN PASSWORD '%1$s'".formatted(role));
        }
        execute("ALTER ROLE node REPLICATION");
        run("owner", "init");
        grantWriterAndReader();
        try (var pool = pool("owner");
                var owner = new Pipeline(DatabaseAddress.of(url("owner")), pool).start()) {
            awaitVersions(owner);
            awaitVisible("owner", register("first"));
        }
        execute(
                "GRANT USAGE ON SCHEMA read_model TO reader, node",
                "GRANT SELECT ON ALL TABLES IN SCHEMA read_model TO reader",
                "GRANT USAGE ON SCHEMA afterimage TO node",
                "GRANT SELECT ON ALL TABLES IN SCHEMA afterimage TO node",
                """
                DO $$ BEGIN EXECUTE (SELECT 'GRANT INSERT, UPDATE, DELETE ON ' ||
                    string_agg(format('%I.%I', schemaname, tablename), ', ') || ' TO node' FROM pg_tables
                  WHERE schemaname = 'afterimage' AND tablename NOT IN ('outbox', 'outbox_head', 'schema_history'));
                END $$""",
                "GRANT USAGE ON SEQUENCE afterimage.epoch TO node",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA read_model TO node");
    }

    private static void awaitVersions(Pipeline pipeline) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (pipeline.readModels().versions().all().stream()
                        .filter(version -> version.phase() == VersionPhase.ACTIVE)
                        .count()
                < 3) {
            assertThat(System.nanoTime()).as("versions are made").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private static void grantWriterAndReader() throws SQLException {
        execute(
                "GRANT USAGE ON SCHEMA afterimage TO writer, reader",
                "GRANT SELECT, INSERT, UPDATE ON afterimage.outbox_head TO writer",
                "GRANT INSERT ON afterimage.outbox TO writer",
                "GRANT SELECT ON ALL TABLES IN SCHEMA afterimage TO reader");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void execute(String... statements) throws SQLException {
        try (var connection = server.dataSource("shop").getConnection();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String url(String role) {
        return server.jdbcUrl("shop").replaceFirst("[?].*", "?user=%s&password=%1$s".formatted(role));
    }

    private static HikariDataSource pool(String role) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url(role));
        pool.setMaximumPoolSize(20);
        return pool;
    }

    private static Run run(String role, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--jdbc-url");
        all.add(url(role));
        var run = Run.of(all.toArray(String[]::new));
        assertThat(run.err() + run.out())
                .as("%s as %s", List.of(arguments), role)
                .doesNotContain("permission denied", "must be owner");
        return run;
    }

    private static void succeeds(String role, String... arguments) {
        var run = run(role, arguments);
        assertThat(run.status())
                .as("%s as %s: %s %s", List.of(arguments), role, run.out(), run.err())
                .isZero();
    }

    private static Connection transaction(String role) throws SQLException {
        var connection = DatabaseAddress.of(url(role)).connect("test");
        connection.setAutoCommit(false);
        return connection;
    }

    private static CommitToken register(String id) throws SQLException {
        try (var connection = transaction("writer")) {
            var token = Outbox.create()
                    .append(connection, Customer.class, id, new Customer(id, id, "Reims", "France").registered())
                    .token();
            connection.commit();
            return token;
        }
    }

    private static void awaitVisible(String role, CommitToken token) throws InterruptedException {
        try (var pool = pool(role);
                var log = PostgresEventLog.open(pool)) {
            var readModels = ReadModels.open(pool, log.whole());
            var result = readModels.awaitCommit(token, LONG, CUSTOMER_SALES);
            assertThat(result.isVisible()).as(result.toString()).isTrue();
            assertThat(readModels.query().fetchCount(CUSTOMER_SALES)).isPositive();
        }
    }

    @Test
    void a_node_that_makes_no_versions_feeds_them_and_a_reader_waits_for_a_writer() throws Exception {
        try (var pool = pool("node");
                var node = new Pipeline(DatabaseAddress.of(url("node")), pool).start()) {
            awaitVisible("reader", register("second"));
            succeeds("node", "verify", "log");
            succeeds("reader", "verify", "log");
            succeeds("node", "status");
            succeeds("reader", "status");
            assertThat(node.relay().status().message()).isEmpty();
        }
        succeeds("node", "repair");
        succeeds("node", "skip-event", "01920000-0000-7000-8000-000000000000", "--reason", "why");
        succeeds("node", "rebuild", "customer_sales", "--no-wait");
    }

    @Test
    void the_owner_may_do_everything_without_being_superuser() throws Exception {
        succeeds("owner", "init");
        execute("REVOKE CREATE ON DATABASE shop FROM owner");
        succeeds("owner", "init");
        succeeds("owner", "repair");
        succeeds("owner", "skip-event", "01920000-0000-7000-8000-000000000001", "--reason", "why");
        try (var pool = pool("owner");
                var owner = new Pipeline(DatabaseAddress.of(url("owner")), pool).start()) {
            awaitVisible("reader", register("third"));
            succeeds("owner", "rebuild", "order_summary");
            succeeds("owner", "verify", "log");
            assertThat(owner.relay().status().message()).isEmpty();
        }
    }

    @Test
    void a_writer_that_expects_several_aggregates_takes_heads_back_and_needs_delete() throws Exception {
        var changes = Changes.of(Customer.class, "new", new Customer("new", "n", "Reims", "France").registered())
                .expecting(7);
        try (var connection = transaction("writer")) {
            assertThatThrownBy(() -> Outbox.create().appendExpecting(connection, changes))
                    .hasMessageContaining("permission denied for table outbox_head");
        }
        execute("GRANT DELETE ON afterimage.outbox_head TO writer");
        try (var connection = transaction("writer")) {
            assertThat(Outbox.create().appendExpecting(connection, changes))
                    .isInstanceOf(ChangesResult.Conflicts.class);
            connection.commit();
        }
    }
}

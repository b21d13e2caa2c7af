package dev.afterimage.cli;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.orders.Order;
import dev.afterimage.examples.northwind.orders.OrderEvent;
import dev.afterimage.examples.northwind.orders.OrderLine;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.examples.northwind.orders.ShopSchema;
import dev.afterimage.examples.northwind.products.Product;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.readmodels.ReadModelDefinition;
import dev.afterimage.readmodels.ReadModels;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators see and do beside a running pipeline, with commands that know nothing but its database. */
class OperatorTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    private static EmbeddedServer server;
    private static HikariDataSource pool;
    private static DSLContext db;
    private static String url;

    @BeforeAll
    static void start() {
        server = EmbeddedServer.start(ServerSettings.forTests());
        server.createDatabase("shop");
        url = server.jdbcUrl("shop");
        pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(30);
        db = DSL.using(pool, SQLDialect.POSTGRES);
        ShopSchema.createIfMissing(db);
        assertThat(run("init").status()).isZero();
    }

    @AfterAll
    static void stop() {
        pool.close();
        server.close();
    }

    private static Run run(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--jdbc-url");
        all.add(url);
        return Run.of(all.toArray(String[]::new));
    }

    private static Pipeline pipeline() {
        return new Pipeline(DatabaseAddress.of(url), pool).start();
    }

    private static void register(String id) {
        new OrderService(db, Outbox.create()).register(new Customer(id, id, "Reims", "France"));
    }

    /** The status, as soon as it is as it should be. */
    private static JsonNode awaitStatus(Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (true) {
            var status = new JsonMapper().readTree(run("status", "--json").lastLine());
            if (wanted.test(status)) {
                return status;
            }
            assertThat(System.nanoTime()).as("status: %s", status).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private static boolean isHealthy(JsonNode status) {
        return status.get("healthy").asBoolean() && status.get("readModels").size() >= 3;
    }

    /** A relay that reconnects and a version that waits for it need nobody. */
    private static boolean isFed(JsonNode status) {
        return status.get("relays").get(0).get("state").asText().equals("STREAMING")
                && status.get("readModels").get(0).get("state").asText().equals("RUNNING");
    }

    @Test
    void status_is_0_only_while_everything_is_fed() throws Exception {
        register("STATUS");
        try (var running = pipeline()) {
            var status = awaitStatus(now -> isHealthy(now) && isFed(now));

            assertThat(status.get("relays").get(0).get("heardMillisAgo").asLong())
                    .isNotNegative();
            assertThat(status.get("readModels").get(0).get("node").asText())
                    .isEqualTo(running.projector().node());
            var seen = run("status");
            assertThat(seen.out()).contains("streaming", "order_summary", "running", "events behind");
        }
        var closed = run("status");
        assertThat(closed.status()).isEqualTo(1);
        assertThat(closed.out())
                .contains("nothing runs: the relay was closed ", "start a node", "unfed")
                .doesNotContain("[failed]");
        assertThat(run("status", "--json").lastLine())
                .contains("\"healthy\":false", "\"state\":\"UNFED\"", "\"activeVersion\":");
    }

    @Test
    void without_the_code_of_the_active_revision_the_status_says_until_when_readers_see_what_it_was() throws Exception {
        register("REVISION");
        try (var running = pipeline()) {
            awaitStatus(OperatorTest::isHealthy);
            assertThat(running.readModels().versions().all()).isNotEmpty();
        }
        var versions =
                ReadModels.open(pool, PostgresEventLog.open(pool).whole()).versions();
        var building = versions.openBuilding(newerCustomerSales(), "a node of the new code")
                .orElseThrow()
                .version();

        var status = run("status");

        assertThat(status.status()).isEqualTo(1);
        assertThat(status.out())
                .containsPattern(
                        "customer_sales v\\d+ has had no node for .*: readers see what it was then until v%d of revision 2 is built"
                                .formatted(building.number()))
                .contains("a node with the code of revision 1 would feed it meanwhile");
        versions.drop(building);
    }

    private static ReadModelDefinition newerCustomerSales() {
        return new ReadModelDefinition(
                "customer_sales",
                2,
                List.of(CUSTOMER_SALES),
                "CREATE TABLE customer_sales (customer_id text PRIMARY KEY, net numeric)");
    }

    @Test
    void a_relay_that_never_reported_was_never_heard() {
        server.createDatabase("never");
        var other = server.jdbcUrl("never");
        assertThat(Run.of("init", "--jdbc-url", other).status()).isZero();

        assertThat(Run.of("status", "--jdbc-url", other).out())
                .containsPattern("afterimage_outbox_never +unknown +never")
                .contains("never reported");
        assertThat(Run.of("status", "--json", "--jdbc-url", other).lastLine())
                .contains("\"state\":\"UNKNOWN\",\"message\":\"no relay has reported yet\"}");
    }

    @Test
    void relays_that_only_stand_by_behind_one_that_is_not_heard_need_somebody() {
        server.createDatabase("waiting");
        var other = server.jdbcUrl("waiting");
        assertThat(Run.of("init", "--jdbc-url", other).status()).isZero();
        try (var waiting = DSL.using(other)) {
            waiting.execute("""
                    INSERT INTO afterimage.relay_status (source, state, message, since, node, seen_at)
                    SELECT 'afterimage_outbox_waiting', 'STANDBY', 'the slot is held by pid 7', now() - interval '2 min', 'a',
                      now() + interval '1 h'""");
        }

        var status = Run.of("status", "--jdbc-url", other);
        assertThat(status.status()).isEqualTo(1);
        assertThat(status.out())
                .contains(
                        "relay of afterimage_outbox_waiting has stood by for 2 min 00 s, and the one that it waits for is not heard of: end its program (the slot is held by pid 7)");
    }

    @Test
    void with_json_a_failure_is_an_object_too() throws Exception {
        var failed = Run.of("status", "--json", "--jdbc-url", "jdbc:postgresql://localhost:1/db");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(new JsonMapper().readTree(failed.out()).get("error").asText())
                .contains("refused");

        var unknown = run("rebuild", "nothing", "--json");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(new JsonMapper().readTree(unknown.out()).get("error").asText())
                .contains("customer_sales");
    }

    @Test
    void a_projection_that_stopped_makes_the_status_1_until_it_is_rebuilt() throws Exception {
        try (var running = pipeline()) {
            awaitStatus(OperatorTest::isHealthy);
            int active = running.readModels()
                    .versions()
                    .active("product_sales")
                    .orElseThrow()
                    .number();
            db.execute("ALTER TABLE read_model.product_sales__v%d ADD CHECK (product_id <> 78)".formatted(active));
            new OrderService(db, Outbox.create()).list(new Product(78, "Chai", "Beverages", BigDecimal.ONE));

            var status = awaitStatus(
                    now -> now.get("troubles").toString().contains("product_sales v%d is stopped".formatted(active)));

            assertThat(status.get("healthy").asBoolean()).isFalse();
            assertThat(run("status").status()).isEqualTo(1);
            var rebuilt = run("rebuild", "product_sales");
            assertThat(rebuilt.status()).as(rebuilt.err()).isZero();
            awaitStatus(OperatorTest::isHealthy);
            assertThat(running.relay().status().message()).isEmpty();
        }
    }

    @Test
    void a_rebuild_is_asked_for_through_the_database_and_waited_for() throws Exception {
        register("REBUILD");
        try (var running = pipeline()) {
            awaitStatus(OperatorTest::isHealthy);
            var rebuilt = run("rebuild", "customer_sales", "--json");

            assertThat(rebuilt.err()).contains("rebuild customer_sales");
            assertThat(rebuilt.status()).isZero();
            var version =
                    new JsonMapper().readTree(rebuilt.lastLine()).get("version").asInt();
            assertThat(running.readModels().versions().active("customer_sales"))
                    .hasValueSatisfying(active -> assertThat(active.number()).isEqualTo(version));
            db.execute("DELETE FROM read_model.customer_sales__v%d".formatted(version));
            assertThat(run("rebuild", "customer_sales").out()).contains("differs from v" + version + " at position ");
            var asked = run("rebuild", "customer_sales", "--no-wait");
            assertThat(asked.out()).as(asked.err()).contains("asked for a rebuild");
            var unknown = run("rebuild", "nothing");
            assertThat(unknown.status()).isEqualTo(1);
            assertThat(unknown.err()).contains("nothing", "customer_sales", "order_summary", "product_sales");
        }
    }

    @Test
    void a_dropped_view_and_a_log_that_lost_its_head_are_said_by_the_status() throws Exception {
        try (var running = pipeline()) {
            awaitStatus(OperatorTest::isHealthy);
            db.execute("DROP VIEW read_model.product_sales");
            awaitStatus(now -> now.get("troubles").toString().contains("product_sales\\\" of product_sales v"));
            assertThat(run("rebuild", "product_sales").status()).isZero();
            awaitStatus(OperatorTest::isHealthy);
            assertThat(running.readModels().versions().active("product_sales")).isPresent();
        }
        db.execute("CREATE TABLE public.kept AS SELECT * FROM afterimage.log_head");
        db.execute("DELETE FROM afterimage.log_head");
        try {
            var damaged = run("status");
            assertThat(damaged.status()).as(damaged.err()).isEqualTo(1);
            assertThat(damaged.out()).contains("log: damaged", "./afterimage verify log");
        } finally {
            db.execute("INSERT INTO afterimage.log_head SELECT * FROM public.kept");
            db.execute("DROP TABLE public.kept");
        }
    }

    @Test
    void verify_tells_lag_from_loss() throws Exception {
        try (var running = pipeline()) {
            awaitStatus(OperatorTest::isHealthy);
            register("VERIFY");

            var verified = run("verify", "log", "--json");

            assertThat(verified.status()).as(verified.out()).isZero();
            assertThat(new JsonMapper()
                            .readTree(verified.lastLine())
                            .get("missing")
                            .asLong())
                    .isZero();
            assertThat(running.log().whole().head().value()).isPositive();
        }
        var nothingLater = run("verify", "log", "--patience", "1");
        assertThat(nothingLater.status()).as(nothingLater.out()).isZero();
        assertThat(nothingLater.out()).contains("the log has every event of the outbox all the same");
        register("LATER");
        var withoutRelay = run("verify", "log", "--patience", "0");
        assertThat(withoutRelay.status()).isEqualTo(1);
        assertThat(withoutRelay.out()).contains("the relay does not run or is behind");
    }

    @Test
    void what_is_wrong_on_the_command_line_is_said() {
        assertThat(run("skip-event", "4711", "--reason", "broken").status()).isEqualTo(2);
        assertThat(run("skip-event", "4711", "--reason", "broken").err()).contains("ID must be an event's id");
        assertThat(run("skip-event", "01920000-0000-7000-8000-000000000000").err())
                .contains("--reason");
        assertThat(run("skip-event", "order", "a", "2", "--reason", "lost").err())
                .contains("--lost TYPE ID SEQUENCE");
        assertThat(run("skip-event", "--lost", "order", "a", "--reason", "lost").err())
                .contains("--lost wants TYPE ID SEQUENCE");
        assertThat(run("skip-event", "--lost", "order", "a", "two", "--reason", "lost")
                        .err())
                .contains("SEQUENCE must be a number");
        assertThat(run("skip-event", "--lost", "order", "a", "3..2", "--reason", "lost")
                        .err())
                .contains("lost sequences must be 1 or more");
        assertThat(run("repair", "--phantoms", "perhaps").status()).isEqualTo(2);
        assertThat(run("verify", "outbox").status()).isEqualTo(2);
        assertThat(run("verify", "log", "--patience", "-1").err())
                .contains("--patience must be 0 or more seconds, was -1");
        assertThat(run("status", "--slot", "x").status()).isEqualTo(2);
    }

    @Test
    void a_skipped_event_is_recorded_with_its_reason() {
        var id = "01920000-0000-7000-8000-000000000001";

        assertThat(run("skip-event", id, "--reason", "written by a test").out()).contains(id, "written by a test");

        assertThat(db.fetchValue("SELECT reason FROM afterimage.skipped_event WHERE event_id = '%s'".formatted(id)))
                .isEqualTo("written by a test");
    }

    /** Two events of an order are in no table any more, as if its database had been put together from two backups. */
    @Test
    void events_that_are_lost_for_good_are_given_up_with_the_command_that_the_refusal_names() throws Exception {
        var id = "it's lost";
        register("LOSES");
        new OrderService(db, Outbox.create()).list(new Product(79, "Chang", "Beverages", BigDecimal.ONE));
        new OrderService(db, Outbox.create()).place(order(id, "LOSES", 79));
        db.execute("UPDATE afterimage.outbox_head SET sequence = sequence + 2 WHERE aggregate_id = ?", id);
        var line = new OrderEvent.OrderLineAdded(id, 79, BigDecimal.ONE, 7, BigDecimal.ZERO);
        db.transaction(tx -> Outbox.create().append(tx.dsl(), Order.class, id, line));
        try (var running = pipeline()) {
            var refused = awaitStatus(OperatorTest::isRefused);
            var message = refused.get("relays").get(0).get("message").asText();
            assertThat(message).contains("(order it's lost #5)", "so 2 events are missing before it");
            var shipped = new OrderService(db, Outbox.create()).ship(id, LocalDate.of(1997, 5, 1));

            var given = run(words(message.substring(message.indexOf("./afterimage skip-event"))));

            assertThat(given.status()).as(given.err()).isZero();
            assertThat(given.out()).contains("order it's lost #3 to #4 is given up: lost for good");
            assertThat(running.readModels()
                            .awaitCommit(shipped, LONG, ORDER_SUMMARY)
                            .isVisible())
                    .isTrue();
            var row = running.readModels().query().fetchSingle(ORDER_SUMMARY, ORDER_SUMMARY.ORDER_ID.eq(id));
            assertThat(row.getStatus()).isEqualTo("shipped");
            assertThat(run("verify", "log").status()).isZero();
            awaitStatus(OperatorTest::isHealthy);
        }
        var again = run("skip-event", "--lost", "order", id, "3", "--reason", "its backup is lost", "--json");
        assertThat(new JsonMapper()
                        .readTree(again.lastLine())
                        .get("lost")
                        .get("last")
                        .asLong())
                .isEqualTo(3);
    }

    private static boolean isRefused(JsonNode status) {
        return status.get("relays").get(0).get("state").asText().equals("REFUSED");
    }

    private static Order order(String id, String customer, int product) {
        var day = LocalDate.of(1997, 4, 1);
        var lines = List.of(new OrderLine(product, BigDecimal.ONE, 1, BigDecimal.ZERO));
        return new Order(id, customer, day, day, BigDecimal.ZERO, "Reims", "France", "Speedy Express", lines);
    }

    /** What a shell makes of a command line, without the command itself. */
    private static String[] words(String commandLine) throws Exception {
        var shell = new ProcessBuilder("sh", "-c", "printf '%s\\n' " + commandLine).start();
        try (var words = shell.inputReader()) {
            return words.lines().skip(1).toArray(String[]::new);
        }
    }
}

package dev.afterimage.proof.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import dev.afterimage.proof.reliability.Arrival;
import dev.afterimage.proof.reliability.Oracle;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** One database, and the nodes of any version that were started on it. */
final class Cluster implements AutoCloseable {

    private static final String DATABASE = "upgraded";
    private static final Duration STANDS_STILL = Duration.ofMinutes(3);

    private final Path folder;
    private final EmbeddedServer server = EmbeddedServer.start(ServerSettings.forTests());
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final HikariDataSource pool = new HikariDataSource();
    private final Arrival arrival;

    Cluster(Path folder) {
        this.folder = folder;
        server.createDatabase(DATABASE);
        pool.setJdbcUrl(url());
        pool.setMaximumPoolSize(2);
        arrival = new Arrival(pool, "order_summary", "customer_sales", "product_sales", "shipments");
    }

    void init(Version version) throws InterruptedException {
        start(version, "init", url()).awaitEnd();
    }

    DataSource database() {
        return pool;
    }

    /** Initialises, which must fail; what was said. */
    String refusedInit(Version version) throws InterruptedException {
        return start(version, "init", url()).awaitFailure();
    }

    /** As code of a later version would leave it, whose last file is number 99. */
    void applyUnknown(String store, int needs) throws SQLException {
        execute(
                "INSERT INTO afterimage.schema_history (store, version, file_name, checksum, needs) VALUES ('%s', 99, 'V99__later.sql', '', %d)"
                        .formatted(store, needs));
    }

    void forgetUnknown() throws SQLException {
        execute("DELETE FROM afterimage.schema_history WHERE version = 99");
    }

    private void execute(String sql) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    NodeProcess run(Version version) {
        return start(version, "run", url());
    }

    NodeProcess write(Version version, String prefix, int orders) {
        return start(version, "write", url(), prefix, String.valueOf(orders));
    }

    private NodeProcess start(Version version, String... arguments) {
        var node = NodeProcess.start(version, folder, arguments);
        nodes.add(node);
        return node;
    }

    private String url() {
        return server.jdbcUrl(DATABASE);
    }

    /** Waits until every event is in every read model, as long as the named nodes live and anything moves. */
    void awaitComplete(String step, NodeProcess... alive) {
        var complete = arrival.await(
                () -> {
                    for (var node : alive) {
                        assertThat(node.isAlive())
                                .as("%s: the node lives; it said%n%s", step, node.said())
                                .isTrue();
                    }
                    return arrival.isComplete();
                },
                STANDS_STILL);
        assertThat(complete)
                .as(
                        "%s: all arrives; %d written, %d in the log; the nodes said%n%s",
                        step,
                        arrival.written(),
                        arrival.logged(),
                        List.of(alive).stream().map(NodeProcess::said).toList())
                .isTrue();
    }

    /** Nothing lost, nothing twice, the order kept, the read models right. */
    void requireRight(String step) throws SQLException {
        try (var connection = pool.getConnection()) {
            assertThat(Oracle.violations(connection)).as(step).isEmpty();
        }
        var wrongDays = """
                SELECT count(*)
                FROM (SELECT shipped_on, count(*) AS orders FROM shop.orders WHERE shipped_on IS NOT NULL GROUP BY 1) t
                FULL JOIN read_model.shipments s USING (shipped_on)
                WHERE t.orders IS DISTINCT FROM s.orders""";
        assertThat(arrival.number(wrongDays))
                .as("%s: days with wrong shipments", step)
                .isZero();
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
        pool.close();
        server.close();
    }
}

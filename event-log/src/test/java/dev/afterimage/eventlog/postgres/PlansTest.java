package dev.afterimage.eventlog.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.ReadLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * To plan these statements takes the server longer than to run them for one event: it keeps a plan that fits always.
 */
class PlansTest {

    private static final int EVENTS = 20_000;
    private static final int DOUBLINGS = 15;
    /** The driver's five without a name and the server's five to compare with are planned each. */
    private static final int RUNS = 20;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private Connection connection;

    @BeforeEach
    void fill() throws Exception {
        EmptyLog.in(database);
        EmptyLog.execute(database, """
                INSERT INTO afterimage.event_log (position, event_id, aggregate_type, aggregate_id, sequence, event_name,
                    event_version, payload, occurred_at)
                  SELECT n, gen_random_uuid(), 'order', 'o-' || n %% 1000, n / 1000 + 1, 'order-placed', 1, '{}', now()
                  FROM generate_series(1, %1$d) AS n;
                UPDATE afterimage.log_head SET position = %1$d;
                ANALYZE""".formatted(EVENTS));
        connection = database.connect();
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void a_read_of_one_event_is_not_planned_anew() throws Exception {
        for (int i = 1; i <= RUNS; i++) {
            var reader = new LogReader(new Position(EVENTS - 1), ReadLimits.defaults(), DOUBLINGS);
            try (var statement = connection.prepareStatement("SELECT 'settings'; " + reader.plannedSql())) {
                assertThat(reader.read(statement).slice().events()).hasSize(1);
            }
        }

        assertPlanIsKept("tail");
    }

    @Test
    void a_look_at_one_aggregate_is_not_planned_anew() throws Exception {
        for (int i = 1; i <= RUNS; i++) {
            var aggregate = new AggregateRef("order", "o-" + i);
            assertThat(new LastSequences(Set.of(aggregate)).read(connection, DOUBLINGS))
                    .containsEntry(aggregate, 20L);
        }

        assertPlanIsKept("wanted");
    }

    private void assertPlanIsKept(String word) throws SQLException {
        var sql = "SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE ?";
        assertThat(Sql.number(connection, sql, "%" + word + "%")).isPositive();
    }
}

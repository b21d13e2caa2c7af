package dev.afterimage.projector.rows;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.TestTable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jooq.TableField;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much work a rebuild over columns of common types is for Java, without log and decoding. */
@EnabledIfSystemProperty(named = "afterimage.bench", matches = "true", disabledReason = "measures, asserts nothing")
class FoldSpeedTest {

    private static final int ROUNDS = Integer.getInteger("afterimage.bench.rounds", 7);
    private static final int ROWS = Integer.getInteger("afterimage.bench.rows", 20_000);
    private static final int EVENTS = Integer.getInteger("afterimage.bench.events", 200_000);
    private static final int BATCH = 20_000;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    static final class Orders extends TestTable<Orders.Row> {

        private static final long serialVersionUID = 1L;
        static final Orders ORDERS = new Orders();
        final transient TableField<Row, Integer> id = key("id", SQLDataType.INTEGER);
        final transient TableField<Row, String> customer = column("customer", SQLDataType.CLOB);
        final transient TableField<Row, String> status = column("status", SQLDataType.VARCHAR(20));
        final transient TableField<Row, BigDecimal> total = column("total", SQLDataType.NUMERIC(12, 2));
        final transient TableField<Row, Integer> items = column("items", SQLDataType.INTEGER.notNull());
        final transient TableField<Row, OffsetDateTime> changed = column("changed", SQLDataType.TIMESTAMPWITHTIMEZONE);

        private Orders() {
            super("orders", Row.class);
        }

        static final class Row extends TableRecordImpl<Row> {

            private static final long serialVersionUID = 1L;

            Row() {
                super(ORDERS);
            }
        }
    }

    private static Orders.Row fold(Orders.Row row, int event) {
        var table = Orders.ORDERS;
        row.set(table.customer, "customer number " + event % 1000);
        row.set(table.status, event % 2 == 0 ? "shipped" : "placed");
        row.set(table.total, row.get(table.total).add(new BigDecimal("1.253")));
        row.set(table.items, row.get(table.items) + 1);
        row.set(table.changed, Instant.ofEpochSecond(event, 123_456_789).atOffset(ZoneOffset.UTC));
        return row;
    }

    private static long millis(RowsRig rig, int keptRows) {
        rig.sql.truncate(Orders.ORDERS).execute();
        var random = new Random(1);
        var batches = rig.batches(keptRows, Orders.ORDERS);
        var started = CPU.getCurrentThreadCpuTime();
        for (int from = 0; from < EVENTS; from += BATCH) {
            int first = from;
            var keys = random.ints(BATCH, 0, ROWS).boxed().toList();
            batches.batch(batch -> {
                batch.rows()
                        .load(
                                batch.transaction(),
                                Orders.ORDERS,
                                keys.stream()
                                        .map(key -> batch.rows().keyOf(Orders.ORDERS, key))
                                        .toList());
                IntStream.range(0, keys.size())
                        .forEach(i -> batch.change(Orders.ORDERS, keys.get(i), row -> fold(row, first + i)));
            });
        }
        return (CPU.getCurrentThreadCpuTime() - started) / 1_000_000;
    }

    @Test
    void a_rebuild_over_columns_of_common_types() throws Exception {
        try (var rig = new RowsRig(database, """
                CREATE TABLE orders (id integer PRIMARY KEY, customer text, status varchar(20),
                  total numeric(12, 2) DEFAULT 0, items integer NOT NULL DEFAULT 0, changed timestamptz);""")) {
            for (int keptRows : List.of(50_000, 0)) {
                var times = new ArrayList<Long>();
                for (int round = 0; round < ROUNDS; round++) {
                    times.add(millis(rig, keptRows));
                }
                var sorted = new ArrayList<>(times);
                Collections.sort(sorted);
                System.out.printf(
                        "%,d events, %,d rows, kept %,d: median %d ms of the thread's time of %s%n",
                        EVENTS, ROWS, keptRows, sorted.get(ROUNDS / 2), times);
            }
        }
    }
}

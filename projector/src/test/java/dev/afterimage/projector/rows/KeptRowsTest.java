package dev.afterimage.projector.rows;

import static dev.afterimage.projector.rows.AllTypes.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows stay in memory between batches within bounds. */
class KeptRowsTest {

    private static final int ROWS = Boolean.getBoolean("afterimage.full") ? 1_000_000 : 20_000;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RowsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RowsRig(
                database,
                AllTypes.DDL + "CREATE TABLE by_integer (id integer PRIMARY KEY, n integer NOT NULL DEFAULT 0);");
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void rows_are_given_up_when_they_take_too_many_bytes() {
        var rows = new VersionRows(rig.sql, List.of(CountTable.ByInteger.TABLE), true, RowsRig.ALL, 100_000);
        var batches = rig.batches(rows);
        var keys = IntStream.range(0, 1_000).boxed().toList();

        batches.change(CountTable.ByInteger.TABLE, keys, row -> row.with(CountTable.ByInteger.TABLE.n, 1));

        assertThat(rows.keptBytes()).isBetween(1L, 100_000L);
        batches.change(
                CountTable.ByInteger.TABLE,
                keys,
                row -> row.with(CountTable.ByInteger.TABLE.n, row.get(CountTable.ByInteger.TABLE.n) + 1));
        assertThat(rig.rowsOf(CountTable.ByInteger.TABLE)).hasSize(1_000).allMatch(row -> row.endsWith(",2)"));
    }

    @Test
    void large_values_count_as_much_as_they_take() {
        var rows = new VersionRows(rig.sql, List.of(ALL), true, RowsRig.ALL, 1_000_000);
        var batches = rig.batches(rows);
        for (int key = 0; key < 20; key++) {
            batches.change(ALL, List.of(key), row -> row.with(ALL.words, "x".repeat(200_000)));
            assertThat(rows.keptBytes()).isLessThanOrEqualTo(1_000_000);
        }
        batches.change(
                ALL,
                List.of(0, 19),
                row -> row.with(
                        ALL.quantity, Objects.requireNonNull(row.get(ALL.words)).length()));

        assertThat(rig.sql
                        .resultQuery("SELECT sum(quantity) FROM app.all_types")
                        .fetchSingle(0, Integer.class))
                .isEqualTo(400_000 + 18 * 3);
    }

    @Test
    void any_number_of_keys_is_folded_in_bounded_memory() {
        var rows = new VersionRows(rig.sql, List.of(CountTable.ByInteger.TABLE), true, Integer.MAX_VALUE);
        var batches = rig.batches(rows);
        for (int from = 0; from < ROWS; from += 20_000) {
            batches.change(
                    CountTable.ByInteger.TABLE,
                    IntStream.range(from, from + 20_000).boxed().toList(),
                    row -> row.with(CountTable.ByInteger.TABLE.n, 1));
            assertThat(rows.keptBytes())
                    .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 16);
        }
        assertThat(rig.sql.fetchCount(CountTable.ByInteger.TABLE)).isEqualTo(ROWS);
    }
}

package dev.afterimage.projector.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.RowKey;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jooq.TableRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RowKeyTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final String DDL = """
            CREATE TABLE by_integer (id integer PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_bigint (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_numeric (id numeric PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_cents (id numeric(10, 2) PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_uuid (id uuid PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_hour (id timestamptz PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_code (id char(5) PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_text (id text PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_order_id (id text PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE by_bytes (id bytea PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_array (id text[] PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_double (id double precision PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_nocase (id text COLLATE nocase PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_document (id jsonb PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_inet (id inet PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE by_converted_code (id char(5) PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            CREATE TABLE line (item text, line integer, "day" date, n integer NOT NULL DEFAULT 0,
              PRIMARY KEY (item, line, "day"));""";

    private RowsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RowsRig(database, DDL);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /**
     * Counts once for each key: together in a batch, and one batch after the other, with the rows in memory and
     * without.
     */
    private <R extends TableRecord<R>> void assertOneRow(CountTable<R> table, String id, Object... sameKeys) {
        RowChange<R> increment = row -> row.with(table.n, row.get(table.n) + 1);
        for (int keptRows : new int[] {0, RowsRig.ALL}) {
            rig.sql.truncate(table).execute();
            var batches = rig.batches(keptRows, table);
            batches.change(table, List.of(sameKeys), increment);
            for (var key : sameKeys) {
                batches.change(table, List.of(key), increment);
            }
            assertThat(rig.rowsOf(table)).containsExactly("(%s,%d)".formatted(id, 2 * sameKeys.length));
        }
    }

    private <R extends TableRecord<R>> void assertRefused(CountTable<R> table, Object key, String... messageParts) {
        var batches = rig.batches(0, table);
        assertThatThrownBy(() -> batches.change(table, List.of(key), row -> row.with(table.n, 1)))
                .hasMessageContainingAll(messageParts);
        assertThat(rig.rowsOf(table)).isEmpty();
    }

    @Test
    void whole_numbers_are_the_same_key_in_any_java_type() {
        assertOneRow(CountTable.ByInteger.TABLE, "7", 7, 7L, (short) 7, "7", new BigDecimal("7.0"));
        assertOneRow(CountTable.ByBigint.TABLE, "7", 7, 7L, "7");
        assertOneRow(CountTable.ByBigint.TABLE, "-9223372036854775808", Long.MIN_VALUE, Long.toString(Long.MIN_VALUE));
    }

    @Test
    void a_number_that_the_column_cannot_hold_is_refused_and_not_cut_to_another_key() {
        assertRefused(CountTable.ByInteger.TABLE, 4_294_967_303L, "by_integer", "4294967303");
        assertRefused(CountTable.ByInteger.TABLE, 7.5, "by_integer", "7.5");
        assertRefused(CountTable.ByBigint.TABLE, new BigDecimal("7.5"), "by_bigint", "7.5");
        assertRefused(CountTable.ByInteger.TABLE, "seven", "by_integer");
    }

    @Test
    void decimals_are_the_same_key_whatever_their_scale() {
        assertOneRow(CountTable.ByNumeric.TABLE, "1.5", new BigDecimal("1.50"), new BigDecimal("1.5"), 1.5);
        assertOneRow(CountTable.ByNumeric.TABLE, "100", 100, new BigDecimal("1E+2"), new BigDecimal("100.0"));
        assertOneRow(CountTable.ByCents.TABLE, "1.50", new BigDecimal("1.5"), new BigDecimal("1.500"));
        assertOneRow(CountTable.ByCents.TABLE, "0.00", 0, new BigDecimal("0.000"));
    }

    @Test
    void a_uuid_may_be_given_as_text() {
        var id = UUID.fromString("0190b1c2-0000-7000-8000-00000000abcd");

        assertOneRow(CountTable.ByUuid.TABLE, id.toString(), id, id.toString());
    }

    @Test
    void a_point_in_time_is_the_same_key_in_any_time_zone() {
        assertOneRow(
                CountTable.ByHour.TABLE,
                "\"2026-03-04 15:30:00+10:30\"",
                OffsetDateTime.parse("2026-03-04T05:00:00Z"),
                OffsetDateTime.parse("2026-03-04T06:00:00+01:00"),
                OffsetDateTime.parse("2026-03-04T05:00:00.000000400Z"));
    }

    @Test
    void blanks_at_the_end_of_a_code_do_not_matter() {
        assertOneRow(CountTable.ByCode.TABLE, "\"ab   \"", "ab", "ab  ", "ab   ");
    }

    @Test
    void texts_are_the_same_key_only_if_they_are_equal() {
        rig.batches(0, CountTable.ByText.TABLE)
                .change(
                        CountTable.ByText.TABLE,
                        List.of("a", "A", "a ", "", "\\N", "NULL", "{}", "\t\n\\", "\"", ",", "ü", "\uD83D\uDE00"),
                        row -> row.with(CountTable.ByText.TABLE.n, row.get(CountTable.ByText.TABLE.n) + 1));

        assertThat(rig.sql.resultQuery("SELECT n FROM app.by_text").fetchInto(Integer.class))
                .hasSize(12)
                .containsOnly(1);
        assertOneRow(CountTable.ByText.TABLE, "\"\\\\N\"", "\\N");
    }

    @Test
    void a_text_that_the_database_cannot_hold_is_no_key() {
        assertRefused(
                CountTable.ByText.TABLE,
                "x\uD800",
                "key of by_text cannot be in column id",
                "half of a surrogate pair");
        assertRefused(CountTable.ByText.TABLE, "x\0", "key of by_text cannot be in column id", "NUL");
    }

    @Test
    void a_label_that_was_added_to_an_enum_since_is_a_key() {
        var table = CountTable.ByText.TABLE;
        rig.sql.execute("CREATE TYPE app.mood AS ENUM ('glad')");
        rig.sql.execute("ALTER TABLE app.by_text ALTER id TYPE app.mood USING id::app.mood");
        var batches = rig.batches(0, table);
        rig.sql.execute("ALTER TYPE app.mood ADD VALUE 'sad'");

        for (int i = 0; i < 2; i++) {
            batches.change(table, List.of("glad", "sad"), row -> row.with(table.n, row.get(table.n) + 1));
        }

        assertThat(rig.rowsOf(table)).containsExactly("(glad,2)", "(sad,2)");
        assertThatThrownBy(() -> batches.change(table, List.of("angry"), row -> row.with(table.n, 1)))
                .hasMessageContaining("invalid input value for enum");
    }

    @Test
    void a_key_may_be_of_a_type_of_ones_own() {
        assertOneRow(CountTable.ByOrderId.TABLE, "o-1", new CountTable.OrderId("o-1"), "o-1");
    }

    @Test
    void a_key_of_several_columns_is_one_row_for_each_combination() {
        var day = LocalDate.of(2026, 3, 4);
        RowChange<CountTable.Line.LineRow> increment =
                row -> row.with(CountTable.Line.TABLE.n, row.get(CountTable.Line.TABLE.n) + 1);
        for (int keptRows : new int[] {0, RowsRig.ALL}) {
            rig.sql.truncate(CountTable.Line.TABLE).execute();
            var batches = rig.batches(keptRows, CountTable.Line.TABLE);
            batches.change(
                    CountTable.Line.TABLE,
                    List.of(
                            RowKey.of("nut", 1, day),
                            RowKey.of("nut", 1L, "2026-03-04"),
                            RowKey.of("nut", 2, day),
                            RowKey.of("bolt", 1, day)),
                    increment);
            batches.change(
                    CountTable.Line.TABLE,
                    List.of(RowKey.of("nut", 1, day), RowKey.of("nut", 1, day.plusDays(1))),
                    increment);

            assertThat(rig.rowsOf(CountTable.Line.TABLE))
                    .containsExactly(
                            "(bolt,1,2026-03-04,1)",
                            "(nut,1,2026-03-04,3)",
                            "(nut,1,2026-03-05,1)",
                            "(nut,2,2026-03-04,1)");
        }
    }

    @Test
    void rows_of_a_key_of_several_columns_are_deleted_and_updated_one_by_one() {
        var day = LocalDate.of(2026, 3, 4);
        var batches = rig.batches(0, CountTable.Line.TABLE);
        var keys = List.of(RowKey.of("nut", 1, day), RowKey.of("nut", 2, day), RowKey.of("bolt", 1, day));
        batches.change(CountTable.Line.TABLE, keys, row -> row.with(CountTable.Line.TABLE.n, 1));

        batches.batch(batch -> {
            batch.change(CountTable.Line.TABLE, keys.get(0), row -> null);
            batch.change(CountTable.Line.TABLE, keys.get(1), row -> row.with(CountTable.Line.TABLE.n, 5));
        });

        assertThat(rig.rowsOf(CountTable.Line.TABLE)).containsExactly("(bolt,1,2026-03-04,1)", "(nut,2,2026-03-04,5)");
    }

    @Test
    void a_code_of_ones_own_type_is_found_without_its_blanks() {
        assertOneRow(
                CountTable.ByConvertedCode.TABLE,
                "\"ab   \"",
                new CountTable.OrderId("ab"),
                new CountTable.OrderId("ab "),
                "ab");
    }

    @Test
    void zero_is_one_key_whatever_its_sign() {
        assertOneRow(CountTable.ByDouble.TABLE, "0", 0.0, -0.0, 0);
        assertOneRow(CountTable.ByDouble.TABLE, "NaN", Double.NaN, Double.NaN);
    }

    private void assertKeyTypeRefused(CountTable<?> table, String... messageParts) {
        assertThatThrownBy(() -> rig.batches(0, table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(messageParts);
    }

    @Test
    void a_key_that_memory_cannot_compare_as_the_database_does_is_refused_when_the_table_is_opened() {
        var whatToDo = "make it a text, a number, a uuid, a date or time, or an enum";
        assertKeyTypeRefused(
                CountTable.ByBytes.TABLE, "table by_bytes: column id of the primary key", "bytea", whatToDo);
        assertKeyTypeRefused(CountTable.ByArray.TABLE, "by_array", "id", "text[]", whatToDo);
        assertKeyTypeRefused(CountTable.ByDocument.TABLE, "by_document", "id", "jsonb", whatToDo);
        assertKeyTypeRefused(CountTable.ByInet.TABLE, "by_inet", "id", "inet", whatToDo);
        assertKeyTypeRefused(
                CountTable.ByNocase.TABLE, "by_nocase", "id", "not deterministic", "write one form of the text");
    }

    @Test
    void a_row_that_is_changed_and_then_found_by_another_form_of_its_key_keeps_its_change() {
        var table = CountTable.ByCode.TABLE;
        var batches = rig.batches(RowsRig.ALL, table);
        batches.change(table, List.of("ab"), row -> row.with(table.n, 1));
        batches.batch(batch -> {
            batch.change(table, "ab", row -> row.with(table.n, 2));
            assertThat(batch.rows().find(batch.transaction(), table, "ab   ")).isNotNull();
            batch.change(table, "ab ", row -> row.with(table.n, row.get(table.n) + 10));
        });

        assertThat(rig.rowsOf(table)).containsExactly("(\"ab   \",12)");
    }

    @Test
    void too_few_or_too_many_values_are_refused() {
        assertRefused(CountTable.Line.TABLE, "nut", "key of line has 3 columns and 1 values were given: (nut)");
        assertRefused(
                CountTable.ByInteger.TABLE,
                RowKey.of(1, 2),
                "key of by_integer has 1 columns and 2 values were given: (1, 2)");
    }

    @Test
    void a_missing_key_is_refused_with_the_tables_name() {
        var batches = rig.batches(0, CountTable.ByInteger.TABLE);

        assertThatThrownBy(() -> batches.batch(batch -> batch.rows().keyOf(CountTable.ByInteger.TABLE, nothing())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key of by_integer is null: its function must give one for every event that it handles");
        assertThatThrownBy(() -> RowKey.of("nut", nothing(), LocalDate.EPOCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value 2 of a row's key of 3 is null: give every column of the key a value");
    }

    /** What a key function of a user may give although it should not. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void a_handler_cannot_change_the_key_of_its_row() {
        var batches = rig.batches(RowsRig.ALL, CountTable.ByInteger.TABLE);
        batches.change(CountTable.ByInteger.TABLE, List.of(1), row -> row.with(CountTable.ByInteger.TABLE.n, 1));

        for (int key : new int[] {1, 2}) {
            assertThatThrownBy(() -> batches.change(
                            CountTable.ByInteger.TABLE,
                            List.of(key),
                            row -> row.with(CountTable.ByInteger.TABLE.id(), 3)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("by_integer (%d)".formatted(key));
        }
        assertThat(rig.rowsOf(CountTable.ByInteger.TABLE)).containsExactly("(1,1)");
    }

    @Test
    void a_handler_may_set_the_key_to_what_it_is() {
        var table = CountTable.ByNumeric.TABLE;
        var batches = rig.batches(RowsRig.ALL, table);
        for (var same : List.of("1.5", "1.50", "1.500")) {
            batches.change(table, List.of(new BigDecimal("1.50")), row -> {
                row.set(table.field("id", BigDecimal.class), new BigDecimal(same));
                return row.with(table.n, row.get(table.n) + 1);
            });
        }

        assertThat(rig.rowsOf(table)).containsExactly("(1.5,3)");
    }
}

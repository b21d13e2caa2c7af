package dev.afterimage.projector.rows;

import static dev.afterimage.projector.rows.AllTypes.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.TableField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a handler sets is what a reader gets, whichever way the row went. */
class ColumnTypeTest {

    /** How a value gets into the table. */
    enum Way {
        /** With a few other new rows. */
        INSERT,
        /** With many other new rows. */
        COPY,
        /** Into a row that is there. */
        UPDATE,
        /** Into a row that is there, deleted and made again. */
        REPLACE
    }

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RowsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RowsRig(database, AllTypes.DDL);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /** Writes one row for each change and returns the rows as a reader gets them. */
    private List<AllTypes.Row> written(Way way, List<? extends Consumer<AllTypes.Row>> changes) {
        rig.sql.truncate(ALL).execute();
        var batches = rig.batches(0, ALL);
        var keys = IntStream.range(0, way == Way.COPY ? Math.max(60, changes.size()) : changes.size())
                .boxed()
                .toList();
        if (way == Way.UPDATE || way == Way.REPLACE) {
            batches.change(ALL, keys, row -> row.with(ALL.quantity, 4));
        }
        batches.batch(batch -> keys.forEach(key -> {
            if (way == Way.REPLACE) {
                batch.change(ALL, key, row -> null);
            }
            batch.change(ALL, key, row -> {
                changes.get(key % changes.size()).accept(row);
                return row.with(ALL.quantity, 5);
            });
        }));
        var rows = rig.sql.selectFrom(ALL).orderBy(ALL.id).fetch();
        assertThat(rows).hasSameSizeAs(keys);
        return rows.subList(0, changes.size());
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private <T> void assertKept(TableField<AllTypes.Row, T> field, T... values) {
        for (var way : Way.values()) {
            var rows = written(
                    way,
                    Stream.of(values)
                            .<Consumer<AllTypes.Row>>map(value -> row -> row.set(field, value))
                            .toList());
            for (int i = 0; i < values.length; i++) {
                assertThat(rows.get(i).get(field)).as("%s by %s", field, way).isEqualTo(values[i]);
            }
        }
    }

    @Test
    void texts_with_everything_that_a_text_can_have() {
        assertKept(
                ALL.words,
                "plain",
                "",
                " blank before and after ",
                "tab\there",
                "line\nfeed",
                "carriage\rreturn",
                "both\r\n",
                "back\\slash",
                "\\",
                "\\N",
                "\\.",
                "\\n is not a line feed",
                "\\x41",
                "NULL",
                "null",
                "'single'",
                "\"double\"",
                "{a,b}",
                ",",
                "$1 ? :name {0}",
                "ünïcödé Ω 日本語",
                "\uD83D\uDE00 \uD83C\uDDE9\uD83C\uDDEA",
                "\u0001\u001F\u007F\u0085\u00A0\u2028\uFEFF",
                "x".repeat(100_000));
        assertKept(ALL.odd, "odd", "\\N");
        assertKept(ALL.shortText, "", "ten chars!", "zehn ÄÖÜßé");
    }

    @Test
    void numbers_with_all_their_digits() {
        assertKept(
                ALL.amount,
                new BigDecimal("0"),
                new BigDecimal("-1.50"),
                new BigDecimal("12345678901234567890.12345678901234567890"),
                new BigDecimal("0.000000000000000000001"));
        assertKept(ALL.cents, new BigDecimal("0.00"), new BigDecimal("-1234567890.12"));
        assertKept(ALL.big, 0L, Long.MAX_VALUE, Long.MIN_VALUE);
        assertKept(ALL.small, (short) 0, Short.MAX_VALUE, Short.MIN_VALUE);
        assertKept(ALL.quantity, 5);
        assertKept(
                ALL.ratio,
                0.1,
                -0.0,
                1e300,
                Double.MIN_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY);
        assertKept(ALL.share, 0.1f, 1e30f, Float.NaN);
        assertKept(ALL.flag, true, false);
    }

    @Test
    void a_power_of_ten_is_written_in_full() {
        for (var way : Way.values()) {
            var row = written(way, List.of(each -> each.set(ALL.amount, new BigDecimal("1E+3"))))
                    .getFirst();

            assertThat(row.get(ALL.amount)).isEqualByComparingTo("1000");
        }
    }

    @Test
    void dates_and_times_to_the_microsecond() {
        assertKept(ALL.day, LocalDate.of(2026, 2, 28), LocalDate.of(1582, 10, 4), LocalDate.of(9999, 12, 31));
        assertKept(ALL.hour, LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, 999_999_000));
        assertKept(ALL.wall, LocalDateTime.of(2026, 3, 4, 5, 6), LocalDateTime.of(2026, 3, 4, 5, 6, 7, 890_123_000));
        for (var way : Way.values()) {
            for (var text : List.of("2026-03-04T05:06:07.890123Z", "2026-10-04T02:30:00+05:45", "1900-01-01T00:00Z")) {
                var moment = OffsetDateTime.parse(text);
                var row = written(way, List.of(each -> each.set(ALL.moment, moment)))
                        .getFirst();
                assertThat(row.get(ALL.moment)).isAtSameInstantAs(moment);
            }
        }
    }

    @Test
    void identifiers_enums_documents_and_bytes() {
        assertKept(ALL.reference, UUID.fromString("0190b1c2-0000-7000-8000-00000000abcd"), new UUID(0, 0));
        assertKept(ALL.mood, AllTypes.Mood.GLAD, AllTypes.Mood.REALLY_SAD);
        assertKept(
                ALL.document,
                JSONB.valueOf("{\"a\": [1, null, \"tab\\t quote\\\" back\\\\slash\"]}"),
                JSONB.valueOf("null"),
                JSONB.valueOf("\"{0} ? \\\\N\""));
        assertKept(ALL.raw, JSON.valueOf("{ \"kept\" :  \"as written\"}"));
        var everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        assertKept(ALL.bytes, everyByte, new byte[0], "\\N\\x41\t".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @SuppressWarnings("NullAway") // jOOQ's arrays do not say that their elements may be null
    void arrays_of_any_length_and_depth() {
        assertKept(
                ALL.tags,
                new String[0],
                new String[] {"a", "", " ", "NULL", "null", "\\N", "{", "}", ",", "\"", "\\", "tab\t", "line\n", "ü"},
                new String[] {"a", null, "c"});
        assertKept(ALL.numbers, new Integer[] {1, -2, Integer.MAX_VALUE}, new Integer[0]);
        assertKept(ALL.grid, new Integer[][] {{1, 2}, {3, 4}});
    }

    @ParameterizedTest
    @EnumSource
    void null_in_every_column_that_may_be_null(Way way) {
        var nullable = Arrays.stream(ALL.fields())
                .filter(field -> !List.of(ALL.id, ALL.quantity, ALL.defaults, ALL.doubled)
                        .contains(field))
                .toList();

        var row = written(way, List.of(each -> nullable.forEach(field -> each.set(field, null))))
                .getFirst();

        assertThat(nullable)
                .hasSizeGreaterThan(20)
                .allSatisfy(
                        field -> assertThat(row.get(field)).as(field.getName()).isNull());
    }

    @ParameterizedTest
    @EnumSource
    void columns_that_no_handler_sets_have_their_defaults(Way way) {
        var row = written(way, List.of(each -> each.set(ALL.flag, true))).getFirst();

        assertThat(row.get(ALL.note)).isEqualTo("it's {0} ? \\ :x");
        assertThat(row.get(ALL.defaults)).isEqualTo(JSONB.valueOf("{\"a\": [1, \"?\"]}"));
        assertThat(row.get(ALL.words)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void generated_columns_are_computed_by_the_database(Way way) {
        var row = written(way, List.of(each -> each.set(ALL.doubled, 99))).getFirst();

        assertThat(row.get(ALL.doubled)).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource
    void a_text_that_is_too_long_fails_and_is_not_cut(Way way) {
        assertThatThrownBy(() -> written(way, List.of(row -> row.set(ALL.shortText, "eleven char"))))
                .hasStackTraceContaining("value too long for type character varying(10)");
        assertThatThrownBy(() -> written(way, List.of(row -> row.set(ALL.code, "sixsix"))))
                .hasStackTraceContaining("value too long for type character(5)");
    }

    @ParameterizedTest
    @EnumSource
    void a_code_is_filled_with_blanks_and_not_cut(Way way) {
        var row = written(way, List.of(each -> each.set(ALL.code, "abc"))).getFirst();

        assertThat(Objects.requireNonNull(row.get(ALL.code))).isEqualTo("abc  ");
    }

    @ParameterizedTest
    @EnumSource
    void a_number_that_is_too_large_fails(Way way) {
        assertThatThrownBy(() -> written(way, List.of(row -> row.set(ALL.cents, new BigDecimal("12345678901.00")))))
                .hasStackTraceContaining("numeric field overflow");
    }

    @ParameterizedTest
    @EnumSource
    void a_text_with_a_nul_character_fails(Way way) {
        assertThatThrownBy(() -> written(way, List.of(row -> row.set(ALL.words, "a\0b"))))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void a_value_of_a_type_that_has_no_text_form_is_refused_by_name() {
        assertThatThrownBy(() -> ValueText.of(new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values of java.lang.Object cannot be written to a read model: convert them");
    }

    @Test
    void every_column_is_tested() {
        assertThat(Stream.of(ALL.fields()).map(Field::getName)).hasSize(28);
    }
}

package dev.afterimage.projector.rows;

import static dev.afterimage.projector.rows.AllTypes.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.TestTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.TableField;
import org.jooq.TableRecord;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A handler sees what a load would give, also of types whose form only the database knows. */
class DatabaseIsAskedTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    static final class More extends TestTable<More.Row> {

        private static final long serialVersionUID = 1L;
        static final More MORE = new More();
        static final String DDL = """
                CREATE DOMAIN money2 AS numeric(12, 2);
                CREATE DOMAIN short_name AS varchar(10);
                CREATE TABLE more (id integer PRIMARY KEY, words text, cents money2, short short_name,
                  list numeric(12, 2)[], tens numeric(5, -1), tt timetz, v5 varchar(5), must text NOT NULL DEFAULT '');""";

        final transient TableField<Row, Integer> id = key("id", SQLDataType.INTEGER);
        final transient TableField<Row, String> words = column("words", SQLDataType.CLOB);
        final transient TableField<Row, BigDecimal> cents = column("cents", SQLDataType.NUMERIC(12, 2));
        final transient TableField<Row, String> shortName = column("short", SQLDataType.VARCHAR(10));
        final transient TableField<Row, BigDecimal[]> list =
                column("list", SQLDataType.NUMERIC(12, 2).array());
        final transient TableField<Row, BigDecimal> tens = column("tens", SQLDataType.NUMERIC);
        final transient TableField<Row, OffsetTime> tt = column("tt", SQLDataType.TIMEWITHTIMEZONE);
        final transient TableField<Row, String> v5 = column("v5", SQLDataType.VARCHAR(5));
        final transient TableField<Row, String> must = column("must", SQLDataType.CLOB.notNull());

        private More() {
            super("more", Row.class);
        }

        static final class Row extends TableRecordImpl<Row> {

            private static final long serialVersionUID = 1L;

            Row() {
                super(MORE);
            }
        }
    }

    private RowsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RowsRig(database, AllTypes.DDL + More.DDL);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /** Runs the steps on one row: in one batch, in one batch each, and with the row loaded each time. */
    private <R extends TableRecord<R>> String however(TestTable<R> table, List<Consumer<R>> steps, Field<?> field) {
        var seen = new ArrayList<String>();
        for (int kept : new int[] {RowsRig.ALL, 0}) {
            rig.sql.truncate(table).execute();
            var batches = rig.batches(kept, table);
            steps.forEach(step -> batches.change(table, List.of(1), changed(step)));
            seen.add(shown(table, field));
        }
        rig.sql.truncate(table).execute();
        rig.batches(0, table).batch(batch -> steps.forEach(step -> batch.change(table, 1, changed(step))));
        seen.add(shown(table, field));
        assertThat(seen.stream().distinct())
                .as("batches kept, loaded, one batch: " + seen)
                .hasSize(1);
        return seen.getFirst();
    }

    private static <R> RowChange<R> changed(Consumer<R> step) {
        return row -> {
            step.accept(row);
            return row;
        };
    }

    private String shown(TestTable<?> table, Field<?> field) {
        var value = rig.sql.selectFrom(table).fetchSingle().get(field);
        return value instanceof Object[] array ? Arrays.toString(array) : String.valueOf(value);
    }

    private static <T> T set(T value) {
        return Objects.requireNonNull(value);
    }

    @Test
    void a_number_without_scale_has_no_exponent() {
        assertThat(however(
                        ALL,
                        List.of(
                                row -> row.set(ALL.amount, new BigDecimal("1E+3")),
                                row -> row.set(
                                        ALL.amount,
                                        set(row.get(ALL.amount)).divide(new BigDecimal(3), RoundingMode.HALF_UP))),
                        ALL.amount))
                .isEqualTo("333");
    }

    @Test
    void a_number_may_be_rounded_to_tens() {
        assertThat(however(
                        More.MORE,
                        List.of(
                                row -> row.set(More.MORE.tens, new BigDecimal("14")),
                                row -> row.set(
                                        More.MORE.tens,
                                        set(row.get(More.MORE.tens)).add(new BigDecimal("4")))),
                        More.MORE.tens))
                .isEqualTo("10");
    }

    @Test
    void a_domain_has_the_form_of_its_type() {
        Consumer<More.Row> add = row -> row.set(
                More.MORE.cents,
                Objects.requireNonNullElse(row.get(More.MORE.cents), BigDecimal.ZERO)
                        .add(new BigDecimal("0.333")));

        assertThat(however(More.MORE, List.of(add, add, add), More.MORE.cents)).isEqualTo("0.99");
    }

    @Test
    void a_text_that_is_too_long_for_a_domain_is_refused_on_every_path() {
        for (int rows : new int[] {60, 3}) {
            assertThatThrownBy(() -> rig.batches(0, More.MORE)
                            .change(
                                    More.MORE,
                                    IntStream.range(0, rows).boxed().toList(),
                                    row -> row.with(More.MORE.shortName, "eleven char")))
                    .hasMessageContaining("more (0), column short: value too long for type character varying(10)");
        }
    }

    @Test
    void a_handler_sees_what_postgresql_computes() {
        assertThat(however(
                        ALL,
                        List.of(
                                row -> row.set(ALL.quantity, 21),
                                row -> row.set(ALL.words, "doubled is " + row.get(ALL.doubled))),
                        ALL.words))
                .isEqualTo("doubled is 42");
    }

    @Test
    void an_array_may_be_changed_in_place() {
        assertThat(however(
                        ALL,
                        List.of(row -> row.set(ALL.numbers, new Integer[] {1, 2}), row -> {
                            var numbers = row.get(ALL.numbers);
                            set(numbers)[0] = 99;
                            row.set(ALL.numbers, numbers);
                        }),
                        ALL.numbers))
                .isEqualTo("[99, 2]");
        assertThat(however(
                        ALL,
                        List.of(
                                row -> row.set(ALL.numbers, new Integer[] {1, 2}),
                                row -> set(row.get(ALL.numbers))[1] = 5),
                        ALL.numbers))
                .isEqualTo("[1, 5]");
    }

    @Test
    void bytes_may_be_changed_in_place() {
        however(
                ALL,
                List.of(
                        row -> row.set(ALL.bytes, new byte[] {1, 2}),
                        row -> set(row.get(ALL.bytes))[0] = 9,
                        row -> row.set(ALL.words, Arrays.toString(row.get(ALL.bytes)))),
                ALL.words);
        assertThat(rig.sql.selectFrom(ALL).fetchSingle().get(ALL.bytes)).containsExactly(9, 2);
    }

    @Test
    void the_elements_of_an_array_have_the_form_of_their_type() {
        assertThat(however(
                        More.MORE,
                        List.of(
                                row -> row.set(More.MORE.list, new BigDecimal[] {new BigDecimal("0.335")}),
                                row -> row.set(More.MORE.words, "" + set(row.get(More.MORE.list))[0])),
                        More.MORE.words))
                .isEqualTo("0.34");
    }

    @Test
    void a_document_is_found_as_postgresql_writes_it() {
        assertThat(however(
                        ALL,
                        List.of(
                                row -> row.set(ALL.document, JSONB.valueOf("{\"b\":1,\"a\":2}")),
                                row -> row.set(
                                        ALL.words, set(row.get(ALL.document)).data())),
                        ALL.words))
                .isEqualTo("{\"a\": 2, \"b\": 1}");
    }

    @Test
    void a_time_with_a_zone_is_found_to_the_microsecond() {
        assertThat(however(
                        More.MORE,
                        List.of(
                                row -> row.set(More.MORE.tt, OffsetTime.parse("12:00:00.123456789+01:00")),
                                row -> row.set(More.MORE.words, "" + row.get(More.MORE.tt))),
                        More.MORE.words))
                .isEqualTo("12:00:00.123457+01:00");
    }

    @Test
    void blanks_that_are_too_many_are_cut() {
        assertThat(however(
                        More.MORE,
                        List.of(
                                row -> row.set(More.MORE.v5, "abc    "),
                                row -> row.set(More.MORE.words, "[" + row.get(More.MORE.v5) + "]")),
                        More.MORE.words))
                .isEqualTo("[abc  ]");
    }

    @Test
    void half_of_a_surrogate_pair_is_refused_and_does_not_become_a_question_mark() {
        assertThatThrownBy(() -> rig.batches(0, ALL).change(ALL, List.of(1), row -> row.with(ALL.words, "x\uD800")))
                .hasMessage("all_types (1), column words: a text with half of a surrogate pair (U+D800) at index 1");
        assertThatThrownBy(() -> rig.batches(0, ALL)
                        .change(ALL, List.of(1), row -> row.with(ALL.document, JSONB.valueOf("\"\uD800\""))))
                .hasStackTraceContaining("half of a surrogate pair");
    }

    @Test
    void days_of_far_years_are_written_as_they_are() {
        for (var day : List.of(LocalDate.of(-43, 3, 15), LocalDate.of(12_000, 1, 1), LocalDate.of(0, 1, 1))) {
            however(
                    ALL,
                    List.of(row -> row.set(ALL.day, day), row -> row.set(ALL.words, "" + row.get(ALL.day))),
                    ALL.words);
        }
        assertThat(rig.sql.resultQuery("SELECT day::text FROM app.all_types").fetchSingle(0, String.class))
                .isEqualTo("0001-01-01 BC");
    }

    @Test
    void a_row_without_a_value_that_its_table_requires_is_refused_when_the_event_ends() {
        rig.batches(0, More.MORE).batch(batch -> {
            batch.change(More.MORE, 1, row -> row.with(More.MORE.must, null));
            batch.change(More.MORE, 1, row -> row.with(More.MORE.must, "the same event sets it"));
            batch.endOfEvent();
        });
        assertThatThrownBy(() -> rig.batches(0, More.MORE).batch(batch -> {
                    batch.change(More.MORE, 1, row -> row.with(More.MORE.must, null));
                    batch.endOfEvent();
                    batch.change(More.MORE, 1, row -> row.with(More.MORE.must, "too late"));
                    batch.endOfEvent();
                }))
                .hasMessage("more (1) has no value in column must, which is NOT NULL");
    }
}

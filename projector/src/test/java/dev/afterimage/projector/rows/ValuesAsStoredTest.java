package dev.afterimage.projector.rows;

import static dev.afterimage.projector.rows.AllTypes.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jooq.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The database keeps some values in another form than they were set: fewer decimals, another offset. A handler must
 * find the same form whether its row was kept in memory or loaded again, or the fold would depend on how the log is
 * cut.
 */
class ValuesAsStoredTest {

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

    /**
     * Runs the steps one after the other on one row: in one batch, in one batch each, and with the row loaded each
     * time.
     */
    private void assertSameHoweverCut(List<Consumer<AllTypes.Row>> steps, Field<?>... fields) {
        var ways = List.of(inOneBatch(steps), inBatches(steps, RowsRig.ALL), inBatches(steps, 0));

        for (var field : fields) {
            assertThat(ways.stream().<Object>map(row -> row.get(field)).distinct())
                    .as(field.getName())
                    .hasSize(1);
        }
    }

    private AllTypes.Row inOneBatch(List<Consumer<AllTypes.Row>> steps) {
        rig.sql.truncate(ALL).execute();
        rig.batches(0, ALL).batch(batch -> steps.forEach(step -> batch.change(ALL, 1, changed(step))));
        return row();
    }

    private AllTypes.Row inBatches(List<Consumer<AllTypes.Row>> steps, int keptRows) {
        rig.sql.truncate(ALL).execute();
        var batches = rig.batches(keptRows, ALL);
        steps.forEach(step -> batches.change(ALL, List.of(1), changed(step)));
        return row();
    }

    private static RowChange<AllTypes.Row> changed(Consumer<AllTypes.Row> step) {
        return row -> {
            step.accept(row);
            return row;
        };
    }

    private AllTypes.Row row() {
        return rig.sql.selectFrom(ALL).fetchSingle();
    }

    private static void addCents(AllTypes.Row row, String amount) {
        var before = Objects.requireNonNullElse(row.get(ALL.cents), BigDecimal.ZERO);
        row.set(ALL.cents, before.add(new BigDecimal(amount)));
    }

    @Test
    void amounts_are_rounded_to_the_columns_decimals_after_every_event() {
        assertSameHoweverCut(
                List.of(row -> addCents(row, "0.333"), row -> addCents(row, "0.333"), row -> addCents(row, "0.333")),
                ALL.cents);
        assertThat(row().get(ALL.cents)).isEqualByComparingTo("0.99");
        assertSameHoweverCut(List.of(row -> addCents(row, "-0.125"), row -> addCents(row, "0.124")), ALL.cents);
        assertThat(row().get(ALL.cents)).isEqualByComparingTo("-0.01");
    }

    @Test
    void an_amount_has_the_columns_decimals_also_when_fewer_were_set() {
        assertSameHoweverCut(
                List.of(
                        row -> row.set(ALL.cents, new BigDecimal("1")),
                        row -> row.set(
                                ALL.amount, row.get(ALL.cents).divide(new BigDecimal("3"), RoundingMode.HALF_UP)),
                        row -> row.set(ALL.words, row.get(ALL.cents) + " " + row.get(ALL.amount))),
                ALL.amount,
                ALL.words);
        assertThat(row().get(ALL.words)).isEqualTo("1.00 0.33");
    }

    @Test
    void a_moment_is_found_in_utc_and_to_the_microsecond() {
        assertSameHoweverCut(
                List.of(
                        row -> row.set(ALL.moment, OffsetDateTime.parse("2026-03-04T23:30:00.123456789-05:00")),
                        row -> row.set(
                                ALL.words,
                                row.get(ALL.moment) + " " + row.get(ALL.moment).toLocalDate()),
                        row -> row.set(
                                ALL.flag,
                                row.get(ALL.moment).isBefore(OffsetDateTime.parse("2026-03-05T04:30:00.123456700Z")))),
                ALL.words,
                ALL.flag,
                ALL.moment);
        assertThat(row().get(ALL.words)).isEqualTo("2026-03-05T04:30:00.123456Z 2026-03-05");
    }

    @Test
    void times_without_a_zone_are_found_to_the_microsecond() {
        assertSameHoweverCut(
                List.of(
                        row -> row.set(ALL.wall, LocalDateTime.of(2026, 3, 4, 23, 59, 59, 999_999_999)),
                        row -> row.set(ALL.hour, LocalTime.of(23, 59, 59, 999_999_999)),
                        row -> row.set(ALL.words, row.get(ALL.wall) + " " + row.get(ALL.hour))),
                ALL.words,
                ALL.wall,
                ALL.hour);
        assertThat(row().get(ALL.words)).isEqualTo("2026-03-04T23:59:59.999999 23:59:59.999999");
    }

    @Test
    void a_code_is_found_without_the_blanks_that_fill_it() {
        assertSameHoweverCut(
                List.of(
                        row -> row.set(ALL.code, "ab"),
                        row -> row.set(ALL.words, "[" + row.get(ALL.code) + "]"),
                        row -> row.set(ALL.code, row.get(ALL.code) + "c ")),
                ALL.code,
                ALL.words);
        assertThat(row().get(ALL.words)).isEqualTo("[ab]");
    }

    @Test
    void a_row_that_is_only_looked_at_is_not_written_for_the_sake_of_its_form() {
        var moment = Instant.parse("2026-03-04T05:06:07Z").atOffset(ZoneOffset.ofHours(-5));
        rig.batches(0, ALL)
                .change(
                        ALL,
                        List.of(1),
                        row -> row.with(ALL.moment, moment).with(ALL.code, "a").with(ALL.cents, BigDecimal.ONE));
        var before = rig.sql.resultQuery("SELECT xmin::text FROM app.all_types").fetchSingle(0, String.class);

        rig.batches(0, ALL)
                .change(
                        ALL,
                        List.of(1),
                        row -> row.with(ALL.moment, row.get(ALL.moment)).with(ALL.cents, new BigDecimal("1")));

        assertThat(rig.sql.resultQuery("SELECT xmin::text FROM app.all_types").fetchSingle(0, String.class))
                .isEqualTo(before);
    }
}

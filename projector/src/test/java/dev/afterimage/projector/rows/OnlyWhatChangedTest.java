package dev.afterimage.projector.rows;

import static dev.afterimage.projector.rows.AllTypes.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import java.util.stream.IntStream;
import org.jooq.JSONB;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OnlyWhatChangedTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RowsRig rig;
    private RowsRig.Batches batches;

    /** Three rows that are in memory and in the table. */
    @BeforeEach
    void open() throws Exception {
        rig = new RowsRig(database, AllTypes.DDL);
        batches = rig.batches(RowsRig.ALL, ALL);
        batches.change(
                ALL,
                List.of(1, 2, 3),
                row -> row.with(ALL.words, "w")
                        .with(ALL.big, 1L)
                        .with(ALL.tags, new String[] {"a"})
                        .with(ALL.document, JSONB.valueOf("{\"k\": 1}"))
                        .with(ALL.bytes, new byte[] {1}));
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /** Which write each row is from, by id. */
    private List<String> writes() {
        return rig.sql
                .resultQuery("SELECT xmin::text || ' ' || ctid::text FROM app.all_types ORDER BY id")
                .fetchInto(String.class);
    }

    @Test
    void a_row_that_did_not_change_is_not_written() {
        var before = writes();

        batches.change(ALL, List.of(1, 2, 3), row -> row);
        batches.change(ALL, List.of(1, 2, 3), row -> row.with(ALL.words, "w").with(ALL.big, 1L));
        batches.change(ALL, List.of(1, 2, 3), row -> row.with(ALL.big, 2L).with(ALL.big, 1L));
        batches.change(
                ALL,
                List.of(1, 2, 3),
                row -> row.with(ALL.tags, new String[] {"a"})
                        .with(ALL.bytes, new byte[] {1})
                        .with(ALL.document, JSONB.valueOf("{\"k\": 1}")));

        assertThat(writes()).isEqualTo(before);
    }

    @Test
    void of_several_rows_only_those_that_changed_are_written() {
        var before = writes();

        batches.batch(batch -> {
            batch.change(ALL, 1, row -> row.with(ALL.big, 1L));
            batch.change(ALL, 2, row -> row.with(ALL.big, 2L));
            batch.change(ALL, 4, row -> row.with(ALL.big, 4L));
        });

        var after = writes();
        assertThat(after).hasSize(4);
        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(after.get(1)).isNotEqualTo(before.get(1));
        assertThat(after.get(2)).isEqualTo(before.get(2));
    }

    @Test
    void only_columns_that_changed_are_written() {
        batches.batch(batch -> {
            batch.change(ALL, 1, row -> row.with(ALL.big, 5L));
            batch.change(ALL, 2, row -> row.with(ALL.big, 5L).with(ALL.words, "w"));
            rig.sql.execute("UPDATE app.all_types SET words = 'by hand', note = 'by hand'");
        });

        assertThat(rig.sql
                        .resultQuery("SELECT id, words, note, big FROM app.all_types ORDER BY id")
                        .fetch(row -> row.intoList().toString()))
                .containsExactly("[1, by hand, by hand, 5]", "[2, by hand, by hand, 5]", "[3, by hand, by hand, 1]");
    }

    @Test
    void a_second_change_of_the_same_row_is_written_too() {
        batches.change(ALL, List.of(1), row -> row.with(ALL.big, 5L));
        batches.change(ALL, List.of(1), row -> row.with(ALL.words, "x"));
        batches.change(ALL, List.of(1), row -> row.with(ALL.big, 1L).with(ALL.tags, new String[] {"a", "b"}));

        assertThat(rig.sql.selectFrom(ALL).where(ALL.id.eq(1)).fetchSingle())
                .satisfies(row -> assertThat(row.get(ALL.big)).isEqualTo(1))
                .satisfies(row -> assertThat(row.get(ALL.words)).isEqualTo("x"))
                .satisfies(row -> assertThat(row.get(ALL.tags)).containsExactly("a", "b"));
    }

    @Test
    void a_row_that_is_made_again_is_written_whole() {
        rig.sql.execute("UPDATE app.all_types SET note = 'by hand' WHERE id = 1");

        batches.batch(batch -> {
            batch.change(ALL, 1, row -> null);
            batch.change(ALL, 1, row -> row.with(ALL.big, 9L));
        });

        assertThat(rig.sql.selectFrom(ALL).where(ALL.id.eq(1)).fetchSingle())
                .satisfies(row -> assertThat(row.get(ALL.words)).isNull())
                .satisfies(row -> assertThat(row.get(ALL.tags)).isNull())
                .satisfies(row -> assertThat(row.get(ALL.note)).startsWith("it's"))
                .satisfies(row -> assertThat(row.get(ALL.big)).isEqualTo(9));
    }

    @Test
    void a_row_that_somebody_else_deleted_stops_the_batch_instead_of_being_forgotten() {
        rig.sql.execute("DELETE FROM app.all_types WHERE id = 2");

        assertThatThrownBy(() -> batches.change(ALL, List.of(1, 2), row -> row.with(ALL.big, 5L)))
                .hasMessageContaining("2 rows should have been there and 1 were")
                .hasMessageContaining("somebody else wrote to the table; rebuild the projection");
        assertThatThrownBy(() -> rig.batches(0, ALL).batch(batch -> {
                    batch.change(ALL, 3, row -> null);
                    rig.sql.execute("DELETE FROM app.all_types WHERE id = 3");
                }))
                .hasMessageContaining("1 rows should have been there and 0 were");
    }

    @Test
    void a_row_that_somebody_else_made_stops_the_batch() {
        var knowsTheTableIsEmpty = rig.batchesOfEmpty(ALL);

        assertThatThrownBy(() -> knowsTheTableIsEmpty.change(ALL, List.of(1), row -> row.with(ALL.big, 5L)))
                .hasStackTraceContaining("duplicate key");
        assertThatThrownBy(() -> rig.batchesOfEmpty(ALL)
                        .change(ALL, IntStream.range(1, 100).boxed().toList(), row -> row.with(ALL.big, 5L)))
                .hasStackTraceContaining("duplicate key");
    }

    @Test
    void a_column_that_the_code_does_not_know_keeps_its_default() {
        rig.sql.execute("ALTER TABLE app.all_types ADD COLUMN newer text NOT NULL DEFAULT 'x'");

        rig.batches(0, ALL).change(ALL, List.of(1, 7), row -> row.with(ALL.big, 7L));
        rig.batches(0, ALL).change(ALL, IntStream.range(100, 200).boxed().toList(), row -> row.with(ALL.big, 7L));

        assertThat(rig.sql
                        .resultQuery("SELECT DISTINCT newer FROM app.all_types")
                        .fetchInto(String.class))
                .containsExactly("x");
    }
}

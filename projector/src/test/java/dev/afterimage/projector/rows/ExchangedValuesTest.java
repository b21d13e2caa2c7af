package dev.afterimage.projector.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.TestTable;
import java.util.List;
import org.jooq.TableField;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows may exchange values of which the table allows each only once, live as in a rebuild. */
class ExchangedValuesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    static final class Seats extends TestTable<Seats.Row> {

        private static final long serialVersionUID = 1L;
        static final Seats SEATS = new Seats();
        final transient TableField<Row, String> guest = key("guest", SQLDataType.CLOB);
        final transient TableField<Row, String> seat = column("seat", SQLDataType.CLOB);
        final transient TableField<Row, Integer> moves = column("moves", SQLDataType.INTEGER.notNull());
        final transient TableField<Row, Boolean> first = column("first", SQLDataType.BOOLEAN.notNull());

        private Seats() {
            super("seats", Row.class);
        }

        static final class Row extends TableRecordImpl<Row> {

            private static final long serialVersionUID = 1L;

            Row() {
                super(SEATS);
            }
        }
    }

    private static final Seats SEATS = Seats.SEATS;
    private RowsRig rig;
    private RowsRig.Batches batches;

    @BeforeEach
    void open() throws Exception {
        rig = new RowsRig(database, """
                CREATE TABLE seats (guest text PRIMARY KEY, seat text UNIQUE, moves integer NOT NULL DEFAULT 0,
                  first boolean NOT NULL DEFAULT false, note text DEFAULT 'none');
                CREATE UNIQUE INDEX ON seats ((true)) WHERE first;""");
        batches = rig.batches(0, SEATS);
        batches.change(
                SEATS, List.of("ada", "bob", "eve"), row -> row.with(SEATS.seat, "seat of " + row.get(SEATS.guest)));
        rig.sql.execute("UPDATE app.seats SET note = 'by hand ' || guest");
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private static void swap(RowsRig.Batch batch, String one, String other) {
        batch.change(SEATS, one, row -> {
            var second = batch.rows().row(batch.transaction(), SEATS, other);
            var seat = row.get(SEATS.seat);
            row.set(SEATS.seat, second.get(SEATS.seat));
            second.set(SEATS.seat, seat);
            return row.with(SEATS.moves, row.get(SEATS.moves) + 1);
        });
    }

    @Test
    void two_rows_of_one_event_exchange_a_unique_value() {
        batches.batch(batch -> swap(batch, "ada", "bob"));

        assertThat(rig.rowsOf(SEATS))
                .containsExactly(
                        "(ada,\"seat of bob\",1,f,\"by hand ada\")",
                        "(bob,\"seat of ada\",0,f,\"by hand bob\")",
                        "(eve,\"seat of eve\",0,f,\"by hand eve\")");
    }

    @Test
    void a_ring_of_rows_and_a_new_one_exchange_values() {
        batches.batch(batch -> {
            swap(batch, "ada", "bob");
            swap(batch, "bob", "eve");
            batch.change(SEATS, "new", row -> row.with(SEATS.seat, "seat of ada"));
            batch.change(SEATS, "eve", row -> null);
        });

        assertThat(rig.rowsOf(SEATS))
                .containsExactly(
                        "(ada,\"seat of bob\",1,f,\"by hand ada\")",
                        "(bob,\"seat of eve\",1,f,\"by hand bob\")",
                        "(new,\"seat of ada\",0,f,none)");
    }

    @Test
    void a_partial_index_sees_the_exchange_as_one() {
        batches.change(SEATS, List.of("ada"), row -> row.with(SEATS.first, true));
        for (var first : List.of("eve", "bob", "ada")) {
            batches.change(
                    SEATS,
                    List.of("ada", "bob", "eve"),
                    row -> row.with(SEATS.first, first.equals(row.get(SEATS.guest))));

            assertThat(rig.sql
                            .resultQuery("SELECT guest FROM app.seats WHERE first")
                            .fetchInto(String.class))
                    .containsExactly(first);
        }
    }

    @Test
    void a_unique_value_that_the_table_computes_is_exchanged_with_what_it_comes_from() {
        rig.sql.execute(
                "ALTER TABLE app.seats ADD code text GENERATED ALWAYS AS (upper(seat)) STORED UNIQUE, DROP CONSTRAINT seats_seat_key");
        batches = rig.batches(0, SEATS);

        batches.batch(batch -> swap(batch, "ada", "bob"));

        assertThat(rig.sql
                        .resultQuery("SELECT code FROM app.seats ORDER BY guest")
                        .fetchInto(String.class))
                .containsExactly("SEAT OF BOB", "SEAT OF ADA", "SEAT OF EVE");
    }

    @Test
    void a_row_that_is_made_again_has_the_defaults_also_of_columns_that_the_code_does_not_know() {
        batches.batch(batch -> {
            batch.change(SEATS, "ada", row -> null);
            batch.change(SEATS, "ada", row -> row.with(SEATS.seat, "seat of ada"));
        });

        assertThat(rig.rowsOf(SEATS)).contains("(ada,\"seat of ada\",0,f,none)");
    }
}

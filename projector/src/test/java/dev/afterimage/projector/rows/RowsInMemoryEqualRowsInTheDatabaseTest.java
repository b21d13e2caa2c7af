package dev.afterimage.projector.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.rows.RandomTable.Column;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jooq.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fold that keeps rows in memory comes to the same as one that forgets and reloads every row for each event: for
 * random tables of random types, under random handlers, random cuts into batches, and whatever number of rows is kept.
 * Events that the table refuses are left out, and must be the same ones.
 */
class RowsInMemoryEqualRowsInTheDatabaseTest {

    private static final boolean FULL = Boolean.getBoolean("afterimage.full");
    private static final int KEYS = 4;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    /** One event: deterministic, whenever it is folded. */
    private record Event(long seed) {

        void fold(RowsRig.Batch batch, RandomTable table) {
            var random = new Random(seed);
            int key = random.nextInt(KEYS);
            batch.change(table, key, row -> {
                boolean lives = true;
                for (int i = 1 + random.nextInt(3); i > 0 && lives; i--) {
                    lives = act(batch, table, row, random);
                }
                return lives ? row : null;
            });
            batch.endOfEvent();
        }

        private static boolean act(RowsRig.Batch batch, RandomTable table, RandomTable.Row row, Random random) {
            int from = random.nextInt(table.columns.size() / 2) * 2;
            var column = table.columns.get(from);
            var twin = table.columns.get(from + 1);
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> set(row, column, random);
                case 4 -> copy(row, column, row, twin);
                case 5 -> row.set(column.field(), null);
                case 6 -> note(table, row, Objects.deepEquals(row.get(column.field()), row.get(twin.field())));
                case 7 -> note(table, row, row.get(column.field()));
                case 8 -> {
                    var other = batch.rows().row(batch.transaction(), table, random.nextInt(KEYS));
                    copy(row, column, other, twin);
                    note(table, other, other.get(column.field()));
                }
                case 9 -> {
                    var other = batch.rows().find(batch.transaction(), table, random.nextInt(KEYS));
                    note(table, row, other == null ? "none" : other.get(column.field()));
                    table.computed.forEach(field -> note(table, row, row.get(field)));
                }
                case 10 -> {
                    changeInPlace(row, column.field(), random);
                    row.set(table.times, random.nextInt(9) == 0 ? null : row.get(table.times) + 1);
                }
                default -> {
                    return random.nextInt(3) != 0;
                }
            }
            return true;
        }

        private static <U> void set(RandomTable.Row row, Column<U> column, Random random) {
            row.set(column.field(), column.type().value().apply(random));
        }

        @SuppressWarnings("unchecked") // twins have the same type
        private static <U> void copy(RandomTable.Row from, Column<U> column, RandomTable.Row to, Column<?> twin) {
            to.set(((Column<U>) twin).field(), from.get(column.field()));
        }

        /** What a handler sees shows in the table. */
        private static void note(RandomTable table, RandomTable.Row row, Object value) {
            var before = Objects.requireNonNullElse(row.get(table.seen), "");
            var after = before + '|' + shown(value);
            row.set(table.seen, after.length() > 150 ? after.substring(after.length() - 150) : after);
        }

        private static String shown(Object value) {
            return switch (value) {
                case byte[] bytes -> HexFormat.of().formatHex(bytes);
                case Object[] array -> Arrays.deepToString(array);
                case null, default -> String.valueOf(value).replace("\uD800", "?");
            };
        }

        /** Sometimes says so, and sometimes not. */
        @SuppressWarnings("unchecked") // a list of texts is the only one in the catalogue
        private static <U> void changeInPlace(RandomTable.Row row, Field<U> field, Random random) {
            U value = row.get(field);
            switch (value) {
                case byte[] bytes when bytes.length > 0 -> bytes[0]++;
                case Integer[] numbers when numbers.length > 0 -> numbers[0] = 99;
                case String[] texts when texts.length > 0 -> texts[0] = "in";
                case List<?> list -> ((List<String>) list).add("more");
                case TypeCatalogue.Box box when !box.toString().isEmpty() -> box.append(' ');
                case BigDecimal number -> row.set((Field<BigDecimal>) field, number.add(new BigDecimal("0.3333")));
                case null, default -> {}
            }
            if (random.nextBoolean()) {
                row.set(field, row.get(field));
            }
        }
    }

    private static List<String> folded(RowsRig rig, RandomTable table, List<Event> events, int kept, Random cuts) {
        rig.sql.truncate(table).execute();
        var batches = rig.batches(kept, table);
        int from = 0;
        while (from < events.size()) {
            int to = Math.min(events.size(), from + 1 + (cuts == NO_CUTS ? 0 : cuts.nextInt(20)));
            fold(batches, table, events.subList(from, to));
            from = to;
        }
        return rig.rowsOf(table);
    }

    private static final Random NO_CUTS = new Random(0);

    /** Leaves out what fails, as an operator would in the end; a batch may fail only if one of its events does. */
    private static boolean fold(RowsRig.Batches batches, RandomTable table, List<Event> events) {
        try {
            batches.batch(batch -> events.forEach(event -> event.fold(batch, table)));
            return false;
        } catch (RuntimeException e) {
            batches.forget();
            if (events.size() > 1) {
                int half = events.size() / 2;
                boolean first = fold(batches, table, events.subList(0, half));
                boolean second = fold(batches, table, events.subList(half, events.size()));
                assertThat(first || second)
                        .withFailMessage("a batch failed and none of its events: %s", e)
                        .isTrue();
            }
            return true;
        }
    }

    private static void assertSame(RandomTable table, long seed, int events) throws Exception {
        var random = new Random(seed);
        var log = new ArrayList<Event>();
        random.longs(events).forEach(each -> log.add(new Event(each)));
        try (var rig = new RowsRig(database, TypeCatalogue.DDL + table.ddl())) {
            var reloaded = folded(rig, table, log, 0, NO_CUTS);
            for (int kept : new int[] {RowsRig.ALL, random.nextInt(KEYS)}) {
                long cuts = random.nextLong();
                assertThat(folded(rig, table, log, kept, new Random(cuts)))
                        .as("seed %d, cuts %d, %d rows kept of %s", seed, cuts, kept, table.ddl())
                        .isEqualTo(reloaded);
            }
        }
    }

    static LongStream seeds() {
        long first = Long.getLong("afterimage.seed", FULL ? System.nanoTime() : 1);
        return LongStream.range(first, first + Integer.getInteger("afterimage.seeds", FULL ? 400 : 5));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void random_tables(long seed) throws Exception {
        assertSame(RandomTable.random(new Random(seed)), seed, 50);
    }

    @Test
    void every_type_of_the_catalogue() throws Exception {
        for (int from = 0; from < TypeCatalogue.ALL.size(); from += 10) {
            var types = new ArrayList<TypeCatalogue.Entry<?>>();
            for (var type : TypeCatalogue.ALL.subList(from, Math.min(from + 10, TypeCatalogue.ALL.size()))) {
                types.add(type);
                types.add(type);
            }
            assertSame(RandomTable.of(types, from % 20 == 0), from, FULL ? 1_000 : 60);
        }
    }
}

package dev.afterimage.projector.rows;

import dev.afterimage.projector.TestTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.TableField;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** A table of some columns of the catalogue, with two that PostgreSQL computes or not. */
final class RandomTable extends TestTable<RandomTable.Row> {

    private static final long serialVersionUID = 1L;

    /** jOOQ makes records without telling them their table. */
    private static RandomTable current = new RandomTable(List.of(), false);

    final transient TableField<Row, Integer> id = key("id", SQLDataType.INTEGER);
    final transient TableField<Row, String> seen = column("seen", SQLDataType.CLOB);
    final transient TableField<Row, Integer> times = column("times", SQLDataType.INTEGER.notNull());
    final transient List<Column<?>> columns = new ArrayList<>();
    final transient List<TableField<Row, Integer>> computed = new ArrayList<>();

    /** A column with the type that it has in the catalogue. */
    record Column<U>(TypeCatalogue.Entry<U> type, TableField<Row, U> field) {}

    private RandomTable(List<TypeCatalogue.Entry<?>> types, boolean isComputing) {
        super("random_table", Row.class);
        types.forEach(this::add);
        if (isComputing) {
            computed.add(column("stored", SQLDataType.INTEGER.readonly(true)));
            computed.add(column("virtual", SQLDataType.INTEGER.readonly(true)));
        }
    }

    private <U> void add(TypeCatalogue.Entry<U> type) {
        columns.add(new Column<>(type, column("c" + columns.size(), type.type())));
    }

    static RandomTable of(List<TypeCatalogue.Entry<?>> types, boolean isComputing) {
        current = new RandomTable(types, isComputing);
        return current;
    }

    /** Each type is taken twice, so that values can be copied from column to column. */
    static RandomTable random(Random random) {
        var types = new ArrayList<TypeCatalogue.Entry<?>>();
        for (int i = 0; i < 3; i++) {
            var type = TypeCatalogue.ALL.get(random.nextInt(TypeCatalogue.ALL.size()));
            types.add(type);
            types.add(type);
        }
        return of(types, random.nextInt(4) == 0);
    }

    String ddl() {
        var declared = IntStream.range(0, columns.size())
                .mapToObj(i -> ", c%d %s".formatted(i, columns.get(i).type().ddl()))
                .collect(Collectors.joining());
        var expressions = computed.isEmpty()
                ? ""
                : ", stored integer GENERATED ALWAYS AS (times * 2) STORED, virtual integer GENERATED ALWAYS AS (length(seen)) VIRTUAL";
        return "CREATE TABLE random_table (id integer PRIMARY KEY, seen text, times integer NOT NULL DEFAULT 0%s%s);"
                .formatted(declared, expressions);
    }

    static final class Row extends TableRecordImpl<Row> {

        private static final long serialVersionUID = 1L;

        Row() {
            super(current);
        }
    }
}

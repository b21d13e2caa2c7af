package dev.afterimage.projector;

import org.jooq.TableField;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** One row an item. */
final class StockTable extends TestTable<StockTable.Row> {

    private static final long serialVersionUID = 1L;
    static final StockTable STOCK = new StockTable();

    final transient TableField<Row, String> item = key("item", SQLDataType.CLOB);
    final transient TableField<Row, Integer> quantity = column("quantity", SQLDataType.INTEGER.notNull());

    private StockTable() {
        super("stock", Row.class);
    }

    /** The projection of another family. */
    static Projection projection() {
        return Projection.of("stock", 1)
                .rows(STOCK)
                .on(
                        StockEvent.Counted.class,
                        StockEvent.Counted::item,
                        (row, event, context) -> row.with(STOCK.quantity, event.quantity()))
                .build();
    }

    /** A row. */
    static final class Row extends TableRecordImpl<Row> {

        private static final long serialVersionUID = 1L;

        Row() {
            super(STOCK);
        }
    }
}

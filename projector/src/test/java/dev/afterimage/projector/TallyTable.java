package dev.afterimage.projector;

import org.jooq.TableField;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** One row a kind of event: how often it happened. */
final class TallyTable extends TestTable<TallyTable.Row> {

    private static final long serialVersionUID = 1L;
    static final TallyTable TALLY = new TallyTable();

    final transient TableField<Row, String> kind = key("kind", SQLDataType.CLOB);
    final transient TableField<Row, Long> times = column("times", SQLDataType.BIGINT.notNull());
    final transient TableField<Row, Long> last = column("last_position", SQLDataType.BIGINT);

    private TallyTable() {
        super("tally", Row.class);
    }

    /** A row. */
    static final class Row extends TableRecordImpl<Row> {

        private static final long serialVersionUID = 1L;

        Row() {
            super(TALLY);
        }
    }
}

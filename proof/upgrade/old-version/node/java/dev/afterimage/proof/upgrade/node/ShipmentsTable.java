package dev.afterimage.proof.upgrade.node;

import java.time.LocalDate;
import org.jooq.TableField;
import org.jooq.UniqueKey;
import org.jooq.impl.CustomTable;
import org.jooq.impl.DSL;
import org.jooq.impl.Internal;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** How many orders were shipped on each day. */
final class ShipmentsTable extends CustomTable<ShipmentsTable.Row> {

    private static final long serialVersionUID = 1L;
    static final ShipmentsTable SHIPMENTS = new ShipmentsTable();

    final transient TableField<Row, LocalDate> shippedOn =
            createField(DSL.name("shipped_on"), SQLDataType.LOCALDATE.notNull());
    final transient TableField<Row, Long> orders = createField(DSL.name("orders"), SQLDataType.BIGINT.notNull());

    private ShipmentsTable() {
        super(DSL.name("shipments"), DSL.schema("read_model"));
    }

    @Override
    public Class<Row> getRecordType() {
        return Row.class;
    }

    @Override
    public UniqueKey<Row> getPrimaryKey() {
        return Internal.createUniqueKey(this, DSL.name("shipments_pkey"), shippedOn);
    }

    /** A row. */
    static final class Row extends TableRecordImpl<Row> {

        private static final long serialVersionUID = 1L;

        Row() {
            super(SHIPMENTS);
        }
    }
}

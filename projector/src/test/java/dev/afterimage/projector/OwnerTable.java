package dev.afterimage.projector;

import java.math.BigDecimal;
import org.jooq.TableField;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** One row an owner: what the accounts of the owner come to. */
final class OwnerTable extends TestTable<OwnerTable.Row> {

    private static final long serialVersionUID = 1L;
    static final OwnerTable OWNER = new OwnerTable();

    final transient TableField<Row, String> owner = key("owner", SQLDataType.CLOB);
    final transient TableField<Row, Integer> accounts = column("accounts", SQLDataType.INTEGER.notNull());
    final transient TableField<Row, BigDecimal> balance = column("balance", SQLDataType.NUMERIC.notNull());

    private OwnerTable() {
        super("owner", Row.class);
    }

    /** A row. */
    static final class Row extends TableRecordImpl<Row> {

        private static final long serialVersionUID = 1L;

        Row() {
            super(OWNER);
        }

        Row add(int accounts, BigDecimal balance) {
            return with(OWNER.accounts, get(OWNER.accounts) + accounts)
                    .with(OWNER.balance, get(OWNER.balance).add(balance));
        }
    }
}

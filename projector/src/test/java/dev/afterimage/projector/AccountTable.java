package dev.afterimage.projector;

import java.math.BigDecimal;
import org.jooq.TableField;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** One row an account. */
final class AccountTable extends TestTable<AccountTable.Row> {

    private static final long serialVersionUID = 1L;
    static final AccountTable ACCOUNT = new AccountTable();

    final transient TableField<Row, String> account = key("account", SQLDataType.CLOB);
    final transient TableField<Row, String> owner = column("owner", SQLDataType.CLOB);
    final transient TableField<Row, BigDecimal> balance = column("balance", SQLDataType.NUMERIC.notNull());
    final transient TableField<Row, Integer> entries = column("entries", SQLDataType.INTEGER.notNull());
    final transient TableField<Row, String> status = column("status", SQLDataType.CLOB.notNull());

    private AccountTable() {
        super("account", Row.class);
    }

    /** A row. */
    static final class Row extends TableRecordImpl<Row> {

        private static final long serialVersionUID = 1L;

        Row() {
            super(ACCOUNT);
        }

        Row entered() {
            return with(ACCOUNT.entries, get(ACCOUNT.entries) + 1);
        }

        Row add(BigDecimal amount) {
            return with(ACCOUNT.balance, get(ACCOUNT.balance).add(amount));
        }
    }
}

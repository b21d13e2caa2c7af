package dev.afterimage.projector;

import java.util.ArrayList;
import java.util.List;
import org.jooq.DataType;
import org.jooq.TableField;
import org.jooq.TableRecord;
import org.jooq.UniqueKey;
import org.jooq.impl.DSL;
import org.jooq.impl.Internal;
import org.jooq.impl.TableImpl;

/** Much as jOOQ generates tables; columns that are declared with {@link #key} are the primary key. */
public abstract class TestTable<R extends TableRecord<R>> extends TableImpl<R> {

    private static final long serialVersionUID = 1L;
    private final Class<R> recordType;
    private final transient List<TableField<R, ?>> key = new ArrayList<>();

    protected TestTable(String name, Class<R> recordType) {
        super(DSL.name(name), DSL.schema(DSL.name("app")));
        this.recordType = recordType;
    }

    protected final <T> TableField<R, T> key(String name, DataType<T> type) {
        var field = column(name, type.notNull());
        key.add(field);
        return field;
    }

    protected final <T> TableField<R, T> column(String name, DataType<T> type) {
        return createField(DSL.name(name), type);
    }

    @Override
    public final Class<R> getRecordType() {
        return recordType;
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of a generic type
    public final UniqueKey<R> getPrimaryKey() {
        return Internal.createUniqueKey(this, DSL.name(getName() + "_pkey"), key.toArray(new TableField[0]), true);
    }
}

package dev.afterimage.readmodels;

import org.jooq.Record;
import org.jooq.TableField;
import org.jooq.UniqueKey;
import org.jooq.impl.DSL;
import org.jooq.impl.Internal;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;
import org.jspecify.annotations.Nullable;

/** A table of read models in the tests, much as jOOQ would generate it. */
final class ScoreTable extends TableImpl<Record> {

    private static final long serialVersionUID = 1L;
    static final ScoreTable SCORE = new ScoreTable("score");
    static final ScoreTable MEDAL = new ScoreTable("medal");

    final transient TableField<Record, String> player = createField(DSL.name("player"), SQLDataType.CLOB.notNull());
    final transient TableField<Record, Long> points = createField(DSL.name("points"), SQLDataType.BIGINT.notNull());

    ScoreTable(String name) {
        this(name, "app");
    }

    ScoreTable(String name, @Nullable String schema) {
        super(DSL.name(name), schema == null ? null : DSL.schema(DSL.name(schema)));
    }

    @Override
    public UniqueKey<Record> getPrimaryKey() {
        return Internal.createUniqueKey(this, DSL.name(getName() + "_pkey"), player);
    }
}

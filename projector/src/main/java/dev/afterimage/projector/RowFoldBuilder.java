package dev.afterimage.projector;

import dev.afterimage.projector.fold.RowFold;
import dev.afterimage.projector.fold.RowRule;
import dev.afterimage.readmodels.ReadModelDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.TableRecord;

/** Declares a row fold: which events change which rows, and how. */
public final class RowFoldBuilder<R extends TableRecord<R>> {

    private final String name;
    private final int revision;
    private final Table<R> main;
    private final List<Table<? extends TableRecord<?>>> tables = new ArrayList<>();
    private final List<RowRule<?, ?>> rules = new ArrayList<>();
    private final List<RowRule.Read<?>> reads = new ArrayList<>();
    private final List<RowRule.Follow<?>> follows = new ArrayList<>();

    RowFoldBuilder(String name, int revision, Table<R> main) {
        this.name = name;
        this.revision = revision;
        this.main = main;
        this.tables.add(main);
    }

    /** Adds a further table of the same projection, for rows that other rows are made from. */
    public RowFoldBuilder<R> and(Table<? extends TableRecord<?>> table) {
        tables.add(table);
        return this;
    }

    /**
     * Events of a family, or of one record, change the row of their key in the projection's first table.
     *
     * @param key the value of the primary key, or a {@link RowKey} of several
     */
    public <E> RowFoldBuilder<R> on(Class<E> events, Function<E, ?> key, RowHandler<R, E> handler) {
        return on(main, events, key, handler);
    }

    /** Events change the row of their key in another table of the projection. */
    public <S extends TableRecord<S>, E> RowFoldBuilder<R> on(
            Table<S> table, Class<E> events, Function<E, ?> key, RowHandler<S, E> handler) {
        rules.add(new RowRule<>(table, events, key, handler));
        return this;
    }

    /** Announces a row that a handler of these events looks at, so that it is loaded together with all others. */
    public <E> RowFoldBuilder<R> reads(Class<E> events, Table<?> table, Function<E, ?> key) {
        reads.add(new RowRule.Read<>(table, events, key));
        return this;
    }

    /** Announces that a column names rows of another table, which handlers look at or change. */
    public <S extends TableRecord<S>> RowFoldBuilder<R> follows(TableField<S, ?> column, Table<?> target) {
        follows.add(new RowRule.Follow<>(column, target));
        return this;
    }

    /** @throws IllegalArgumentException if the declaration is not complete or its SQL file is missing */
    public Projection build() {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException(
                    "projection %s handles no events: declare some with on(…)".formatted(name));
        }
        rules.forEach(rule -> requireOwn(rule.table()));
        reads.forEach(read -> requireOwn(read.table()));
        follows.forEach(follow -> requireOwn(follow.target()));
        var definition = new ReadModelDefinition(name, revision, List.copyOf(tables), ReadModelSql.of(name));
        return new Projection(definition, new RowFold(tables, rules, reads, follows));
    }

    private void requireOwn(Table<?> table) {
        if (!tables.contains(table)) {
            throw new IllegalArgumentException(
                    "projection %s: table %s is not one of its tables: declare it with rows(…) or and(…)"
                            .formatted(name, table.getName()));
        }
    }
}

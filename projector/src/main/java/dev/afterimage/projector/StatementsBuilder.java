package dev.afterimage.projector;

import dev.afterimage.projector.fold.Statements;
import dev.afterimage.readmodels.ReadModelDefinition;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Table;

/** Declares statements: what each event runs. */
public final class StatementsBuilder {

    private final String name;
    private final int revision;
    private final List<Table<?>> tables;
    private final List<Statements.Rule<?>> rules = new ArrayList<>();

    StatementsBuilder(String name, int revision, Table<?>... tables) {
        this.name = name;
        this.revision = revision;
        this.tables = List.of(tables);
    }

    /**
     * Events of a family, or of one record, run statements one by one: each returns what it did, such as how many rows
     * it updated.
     */
    public <E> StatementsBuilder on(Class<E> events, StatementHandler<E> handler) {
        rules.add(new Statements.Rule<>(events, handler, false));
        return this;
    }

    /**
     * The same, for handlers that do not look at update counts, and several times as fast in a rebuild: consecutive
     * equal statements are sent together, later, so {@code execute()} returns 0 whatever the statement does.
     */
    public <E> StatementsBuilder together(Class<E> events, StatementHandler<E> handler) {
        rules.add(new Statements.Rule<>(events, handler, true));
        return this;
    }

    /** @throws IllegalArgumentException if the declaration is not complete or its SQL file is missing */
    public Projection build() {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException(
                    "projection %s handles no events: declare some with on(…)".formatted(name));
        }
        return new Projection(
                new ReadModelDefinition(name, revision, tables, ReadModelSql.of(name)), new Statements(rules));
    }
}

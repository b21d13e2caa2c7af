package dev.afterimage.projector;

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

    /** Events of a family, or of one record, run statements. */
    public <E> StatementsBuilder on(Class<E> events, StatementHandler<E> handler) {
        rules.add(new Statements.Rule<>(events, handler));
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

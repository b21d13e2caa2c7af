package dev.afterimage.projector;

import dev.afterimage.projector.fold.ProjectionBody;
import dev.afterimage.readmodels.ReadModelDefinition;
import org.jooq.Table;
import org.jooq.TableRecord;

/**
 * What a user writes: how events become rows of a read model. A value built of functions; what it handles is what it
 * declares. Functions must come to the same rows whenever they are run on the same events: no clock, no random numbers,
 * no calls to other systems. Nor may they change an event, such as a list in it: all projections are given the same
 * one.
 */
public final class Projection {

    private final ReadModelDefinition definition;
    private final ProjectionBody body;

    Projection(ReadModelDefinition definition, ProjectionBody body) {
        this.definition = definition;
        this.body = body;
    }

    /**
     * Starts a declaration.
     *
     * @param name lower-case letters, digits and underscores; also names the SQL file with its tables, the resource
     *     {@code /read-models/<name>.sql}
     * @param revision raise it whenever the functions or the tables change: the next start then builds a new version
     *     beside the live one and switches
     */
    public static Declaration of(String name, int revision) {
        return new Declaration(name, revision);
    }

    public String name() {
        return definition.projection();
    }

    public int revision() {
        return definition.revision();
    }

    ReadModelDefinition definition() {
        return definition;
    }

    ProjectionBody body() {
        return body;
    }

    @Override
    public String toString() {
        return "%s revision %d".formatted(name(), revision());
    }

    /** A projection with a name, still without a body. */
    public static final class Declaration {

        private final String name;
        private final int revision;

        private Declaration(String name, int revision) {
            this.name = name;
            this.revision = revision;
        }

        /** Each event changes the row of its key: the engine loads, remembers and writes rows in bulk. */
        public <R extends TableRecord<R>> RowFoldBuilder<R> rows(Table<R> table) {
            return new RowFoldBuilder<>(name, revision, table);
        }

        /** Each event runs statements of yours: any jOOQ, inside the projection's transaction. */
        public StatementsBuilder statements(Table<?>... tables) {
            return new StatementsBuilder(name, revision, tables);
        }
    }
}

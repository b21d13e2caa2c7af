package dev.afterimage.readmodels.tables;

import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModelException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Gives a relation what its predecessor has. Where the SQL of both versions says the same, the predecessor's state
 * counts, which people may have changed by hand; where the SQL changed, the new SQL counts.
 */
final class Heritage {

    private final DSLContext transaction;
    private final String projection;

    Heritage(DSLContext transaction, String projection) {
        this.transaction = transaction;
        this.projection = projection;
    }

    /** Remembers what a version's SQL says about a table. */
    void declare(ProjectionVersion version, String table, Collection<Trait> traits) {
        traits.forEach(trait -> transaction.execute(
                "INSERT INTO afterimage.version_trait VALUES (?, ?, ?, ?, ?)",
                version.projection(),
                version.number(),
                table,
                trait.name(),
                trait.value()));
    }

    /** What a version's SQL says about a table; empty for versions that did not remember it. */
    Map<String, String> declared(ProjectionVersion version, String table) {
        return transaction
                .resultQuery(
                        "SELECT trait, value FROM afterimage.version_trait WHERE projection = ? AND version = ? AND table_name = ?",
                        version.projection(),
                        version.number(),
                        table)
                .stream()
                .collect(Collectors.toMap(row -> row.get(0, String.class), row -> row.get(1, String.class)));
    }

    /**
     * Brings a relation to what it has to have.
     *
     * @param before what the predecessor's SQL says
     * @param now what the relation's own SQL says
     * @param predecessor what the predecessor has
     * @param current what the relation has
     */
    void handOver(
            Map<String, String> before,
            Map<String, String> now,
            Map<String, Trait> predecessor,
            Map<String, Trait> current) {
        var names = Stream.concat(predecessor.keySet().stream(), current.keySet().stream())
                .filter(name -> Objects.equals(before.get(name), now.get(name)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (var name : names) {
            replace(current.get(name), predecessor.get(name));
        }
    }

    /** The one takes the place of the other; either may be missing. */
    void replace(@Nullable Trait old, @Nullable Trait wanted) {
        if (old != null && wanted != null && old.value().equals(wanted.value())) {
            return;
        }
        if (old != null && !old.unset().isEmpty()) {
            run(old.unset());
        }
        if (wanted != null) {
            run(wanted.set());
        }
    }

    /** Who made the tables of a version that remembers nothing is no change by hand. */
    static Map<String, String> orOwnerOf(Map<String, String> before, Map<String, String> now) {
        return before.isEmpty() && now.containsKey("owner") ? Map.of("owner", now.get("owner")) : before;
    }

    void run(String statement) {
        try {
            RawSql.run(transaction, statement, statement);
        } catch (DatabaseException e) {
            throw new ReadModelException(
                    projection,
                    "what the version before has cannot be repeated: %s; allow it to the projector's role, or take it away"
                            .formatted(e.getMessage()),
                    e);
        }
    }
}

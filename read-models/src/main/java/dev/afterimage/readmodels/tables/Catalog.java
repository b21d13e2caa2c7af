package dev.afterimage.readmodels.tables;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Reads PostgreSQL's catalog. */
final class Catalog {

    private Catalog() {}

    /** The first column of the first row; empty if there is no row or it is NULL. */
    static Optional<String> text(DSLContext transaction, String sql, Object... values) {
        return Optional.ofNullable(transaction.resultQuery(sql, values).fetchOne(0, String.class));
    }

    /** The first column of every row. */
    static List<String> texts(DSLContext transaction, String sql, Object... values) {
        return transaction.resultQuery(sql, values).fetch(row -> row.get(0, String.class));
    }

    static boolean is(DSLContext transaction, String sql, Object... values) {
        return Boolean.TRUE.equals(transaction.resultQuery(sql, values).fetchOne(0, Boolean.class));
    }
}

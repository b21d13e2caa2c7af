package dev.afterimage.readmodels;

import java.util.Objects;
import org.jooq.ResultQuery;

/** The one value of a query that always has one. */
final class Single {

    private Single() {}

    static <T> T value(ResultQuery<?> query, Class<T> type) {
        return Objects.requireNonNull(query.fetchSingle(0, type));
    }
}

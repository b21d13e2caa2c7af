package dev.afterimage.projector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the SQL file of a projection's tables on the class path. */
final class ReadModelSql {

    private ReadModelSql() {}

    static String of(String projection) {
        var resource = "read-models/%s.sql".formatted(projection);
        try (var in = open(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "projection %s: its tables are not declared: put CREATE TABLE statements into the resource %s"
                                .formatted(projection, resource));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable InputStream open(String resource) {
        var context = Thread.currentThread().getContextClassLoader();
        var in = context == null ? null : context.getResourceAsStream(resource);
        return in != null ? in : ReadModelSql.class.getClassLoader().getResourceAsStream(resource);
    }
}

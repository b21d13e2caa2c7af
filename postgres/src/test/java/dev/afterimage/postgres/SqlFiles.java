package dev.afterimage.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A jar with migrations in memory, so that a test can be its next release, or one whose files somebody edited. */
final class SqlFiles extends ClassLoader {

    /** The class beside which the migrations are. */
    static final class Owner {}

    private final String store;
    private final Map<String, String> files = new HashMap<>();

    SqlFiles(String store) {
        super(SqlFiles.class.getClassLoader());
        this.store = store;
    }

    SqlFiles with(String name, String sql) {
        files.put("db/afterimage/%s/%s".formatted(store, name), sql);
        return this;
    }

    Migrations migrations(String... names) {
        return Migrations.of(store, owner(), names);
    }

    private Class<?> owner() {
        var name = Owner.class.getName();
        var loaded = findLoadedClass(name);
        if (loaded != null) {
            return loaded;
        }
        try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            var bytes = Objects.requireNonNull(in).readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        var sql = files.get(name);
        return sql == null ? null : new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8));
    }
}

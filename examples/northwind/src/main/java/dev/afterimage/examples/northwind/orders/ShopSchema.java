package dev.afterimage.examples.northwind.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jooq.DSLContext;

/** The service's own tables; yours have their own migrations. */
public final class ShopSchema {

    private static final String SQL = "/db/shop/V1__shop.sql";

    private ShopSchema() {}

    /** Creates the schema {@code shop} with its tables unless it is there. Safe in several processes at once. */
    public static void createIfMissing(DSLContext db) {
        db.transaction(tx -> {
            tx.dsl().execute("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('shop'::text))");
            if (isMissing(tx.dsl())) {
                tx.dsl().execute("CREATE SCHEMA shop");
                tx.dsl().execute("SET LOCAL search_path TO shop");
                tx.dsl().execute(sql());
            }
        });
    }

    private static boolean isMissing(DSLContext tx) {
        return tx.fetchOptional("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'shop'")
                .isEmpty();
    }

    private static String sql() {
        try (var in = Objects.requireNonNull(ShopSchema.class.getResourceAsStream(SQL))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

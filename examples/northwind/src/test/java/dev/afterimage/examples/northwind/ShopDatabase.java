package dev.afterimage.examples.northwind;

import dev.afterimage.examples.northwind.orders.ShopSchema;
import dev.afterimage.outbox.OutboxSchema;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** The service's database as it is when the service starts: its own tables and the outbox. */
public final class ShopDatabase {

    private ShopDatabase() {}

    public static DSLContext prepare(DataSource dataSource) {
        OutboxSchema.migrations().apply(dataSource);
        var db = DSL.using(dataSource, SQLDialect.POSTGRES);
        ShopSchema.createIfMissing(db);
        return db;
    }
}

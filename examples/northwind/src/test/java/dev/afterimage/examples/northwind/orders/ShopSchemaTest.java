package dev.afterimage.examples.northwind.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.jooq.shop.Shop;
import java.util.stream.IntStream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ShopSchemaTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Test
    void several_services_that_start_together_create_it_once() {
        var db = DSL.using(database.dataSource(), SQLDialect.POSTGRES);

        IntStream.range(0, 4).parallel().forEach(service -> ShopSchema.createIfMissing(db));

        assertThat(Shop.SHOP.getTables()).allMatch(table -> db.fetchCount(table) == 0);
    }
}

package dev.afterimage.examples.northwind.answers;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.PRODUCT_SALES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.jooq.readmodel.ReadModel;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AnswersTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final LocalDate DAY = LocalDate.of(2012, 7, 4);

    @BeforeAll
    static void create_the_tables() {
        var db = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
        db.ddl(ReadModel.READ_MODEL).executeBatch();
    }

    @Test
    void without_a_row_there_are_answers_too() {
        inARollback(db -> {
            var answers = Answers.from(db);
            assertThat(answers.orders()).isZero();
            assertThat(answers.net()).isZero();
            assertThat(answers.topCustomer()).isEmpty();
            assertThat(answers.netByCategory()).isEmpty();
        });
    }

    @Test
    void answers_are_sums_over_the_rows() {
        inARollback(db -> {
            order(db, "1", "placed", null, "10.05");
            order(db, "2", "shipped", DAY, "0.0001");
            customer(db, "QUICK", "10");
            customer(db, "ERNSH", "0.0501");
            product(db, 1, "Produce", "3");
            product(db, 2, "Seafood", "4");
            product(db, 3, "Produce", "3.0501");

            var answers = Answers.from(db);
            assertThat(answers.orders()).isEqualTo(2);
            assertThat(answers.shipped()).isEqualTo(1);
            assertThat(answers.lines()).isEqualTo(6);
            assertThat(answers.net()).isEqualByComparingTo("10.0501");
            assertThat(answers.topCustomer()).isEqualTo("QUICK");
            assertThat(answers.topCustomerNet()).isEqualByComparingTo("10");
            assertThat(answers.netByCategory().sequencedKeySet()).containsExactly("Produce", "Seafood");
            assertThat(answers.netByCategory().get("Produce")).isEqualByComparingTo("6.0501");
        });
    }

    @Test
    void the_top_rows_come_with_the_highest_net_first() {
        inARollback(db -> {
            order(db, "1", "placed", null, "1");
            order(db, "2", "placed", null, "2");
            customer(db, "ERNSH", "3");
            customer(db, "QUICK", "4");
            product(db, 1, "Produce", "5");
            product(db, 2, "Produce", "6");

            assertThat(TopRows.orders(db, 5).getValues(ORDER_SUMMARY.ORDER_ID)).containsExactly("2", "1");
            assertThat(TopRows.customers(db, 1).getValues(CUSTOMER_SALES.CUSTOMER_ID))
                    .containsExactly("QUICK");
            assertThat(TopRows.products(db, 5).getValues(PRODUCT_SALES.PRODUCT_ID))
                    .containsExactly(2, 1);
        });
    }

    private static void order(DSLContext db, String id, String status, @Nullable LocalDate shippedOn, String net) {
        db.newRecord(ORDER_SUMMARY)
                .setOrderId(id)
                .setCustomerId("QUICK")
                .setOrderedOn(DAY)
                .setRequiredOn(DAY)
                .setShippedOn(shippedOn)
                .setStatus(status)
                .setLines(3)
                .setNet(new BigDecimal(net))
                .setFreight(BigDecimal.ONE)
                .setShipper("Speedy Express")
                .insert();
    }

    private static void customer(DSLContext db, String id, String net) {
        db.newRecord(CUSTOMER_SALES)
                .setCustomerId(id)
                .setNet(new BigDecimal(net))
                .insert();
    }

    private static void product(DSLContext db, int id, String category, String net) {
        db.newRecord(PRODUCT_SALES)
                .setProductId(id)
                .setCategory(category)
                .setNet(new BigDecimal(net))
                .insert();
    }

    private static void inARollback(Consumer<DSLContext> test) {
        DSL.using(database.dataSource(), SQLDialect.POSTGRES).transaction(tx -> {
            test.accept(tx.dsl());
            tx.dsl().rollback().execute();
        });
    }
}

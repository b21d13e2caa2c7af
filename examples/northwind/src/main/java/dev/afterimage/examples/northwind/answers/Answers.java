package dev.afterimage.examples.northwind.answers;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.PRODUCT_SALES;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.sum;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jooq.DSLContext;

/**
 * What the read models say of all sales.
 *
 * @param topCustomer the id of the customer with the highest net; empty as long as nobody is registered
 * @param netByCategory the highest first
 */
public record Answers(
        long orders,
        long shipped,
        long lines,
        BigDecimal net,
        String topCustomer,
        BigDecimal topCustomerNet,
        SequencedMap<String, BigDecimal> netByCategory) {

    public Answers {
        netByCategory = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(netByCategory));
    }

    /** Asks three read models, in three queries. */
    public static Answers from(DSLContext readModels) {
        var nothing = inline(BigDecimal.ZERO);
        var sums = readModels
                .select(
                        count(),
                        count(ORDER_SUMMARY.SHIPPED_ON),
                        coalesce(sum(ORDER_SUMMARY.LINES), nothing),
                        coalesce(sum(ORDER_SUMMARY.NET), nothing))
                .from(ORDER_SUMMARY)
                .fetchSingle();
        var top = TopRows.customers(readModels, 1).stream().findFirst();
        return new Answers(
                sums.value1(),
                sums.value2(),
                sums.value3().longValueExact(),
                sums.value4(),
                top.map(customer -> customer.getCustomerId()).orElse(""),
                top.map(customer -> customer.getNet()).orElse(BigDecimal.ZERO),
                netByCategory(readModels));
    }

    private static SequencedMap<String, BigDecimal> netByCategory(DSLContext readModels) {
        var net = sum(PRODUCT_SALES.NET);
        var categories = new LinkedHashMap<String, BigDecimal>();
        readModels
                .select(PRODUCT_SALES.CATEGORY, net)
                .from(PRODUCT_SALES)
                .where(PRODUCT_SALES.CATEGORY.isNotNull())
                .groupBy(PRODUCT_SALES.CATEGORY)
                .orderBy(net.desc())
                .forEach(row -> categories.put(row.value1(), row.value2()));
        return categories;
    }
}

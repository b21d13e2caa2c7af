package dev.afterimage.examples.northwind.answers;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answers that are right for Northwind's data, to the cent; {@code northwind/README.md} has them too. */
public record KnownAnswers(Answers answers) {

    private static final List<Map.Entry<String, String>> NET_BY_CATEGORY = List.of(
            Map.entry("Beverages", "267868.1800"),
            Map.entry("Dairy Products", "234507.2850"),
            Map.entry("Confections", "167357.2250"),
            Map.entry("Meat/Poultry", "163022.3595"),
            Map.entry("Seafood", "131261.7375"),
            Map.entry("Condiments", "106047.0850"),
            Map.entry("Produce", "99984.5800"),
            Map.entry("Grains/Cereals", "95744.5875"));

    /** @param scale how many times every order was placed */
    public static KnownAnswers of(int scale) {
        var factor = BigDecimal.valueOf(scale);
        var netByCategory = new LinkedHashMap<String, BigDecimal>();
        NET_BY_CATEGORY.forEach(known -> netByCategory.put(known.getKey(), times(known.getValue(), factor)));
        return new KnownAnswers(new Answers(
                830L * scale,
                809L * scale,
                2155L * scale,
                times("1265793.0395", factor),
                "QUICK",
                times("110277.3050", factor),
                netByCategory));
    }

    private static BigDecimal times(String known, BigDecimal factor) {
        return new BigDecimal(known).multiply(factor);
    }

    /** Every question with both answers. */
    public List<Check> check(Answers given) {
        var checks = new ArrayList<Check>();
        checks.add(Check.of("orders", answers.orders(), given.orders()));
        checks.add(Check.of("orders shipped", answers.shipped(), given.shipped()));
        checks.add(Check.of("order lines", answers.lines(), given.lines()));
        checks.add(Check.of("net sales", answers.net(), given.net()));
        checks.add(Check.of("top customer", answers.topCustomer(), given.topCustomer()));
        checks.add(Check.of("net of the top customer", answers.topCustomerNet(), given.topCustomerNet()));
        answers.netByCategory()
                .forEach((category, net) -> checks.add(Check.of(
                        "net of " + category, net, given.netByCategory().getOrDefault(category, BigDecimal.ZERO))));
        return checks;
    }
}

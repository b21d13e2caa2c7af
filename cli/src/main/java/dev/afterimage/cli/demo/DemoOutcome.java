package dev.afterimage.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.afterimage.examples.northwind.answers.Answers;
import dev.afterimage.examples.northwind.answers.Check;
import dev.afterimage.examples.northwind.answers.KnownAnswers;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/** What the demo found out. */
record DemoOutcome(long events, Answers answers, boolean rebuildEqualsLive, Duration took, int scale) {

    /** As many decimals as the product of price, quantity and discount can have. */
    private static final int DECIMALS = 4;

    List<Check> checks() {
        return KnownAnswers.of(scale).check(answers);
    }

    boolean isRight() {
        return rebuildEqualsLive && checks().stream().allMatch(Check::holds);
    }

    String json() {
        var categories = new LinkedHashMap<String, String>();
        answers.netByCategory().forEach((category, net) -> categories.put(category, exact(net)));
        var object = new LinkedHashMap<String, Object>();
        object.put("events", events);
        object.put("orders", answers.orders());
        object.put("shipped", answers.shipped());
        object.put("lines", answers.lines());
        object.put("net", exact(answers.net()));
        object.put("topCustomer", answers.topCustomer());
        object.put("topCustomerNet", exact(answers.topCustomerNet()));
        object.put("categories", categories);
        object.put("rebuildEqualsLive", rebuildEqualsLive);
        object.put("seconds", new BigDecimal(took.toMillis()).movePointLeft(3).setScale(1, RoundingMode.HALF_UP));
        try {
            return new JsonMapper().writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String exact(BigDecimal amount) {
        return amount.scale() <= DECIMALS
                ? amount.setScale(DECIMALS, RoundingMode.UNNECESSARY).toPlainString()
                : amount.stripTrailingZeros().toPlainString();
    }
}

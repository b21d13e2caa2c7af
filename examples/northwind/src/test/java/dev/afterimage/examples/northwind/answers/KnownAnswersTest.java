package dev.afterimage.examples.northwind.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.examples.northwind.history.NorthwindData;
import dev.afterimage.examples.northwind.history.PastOrder;
import dev.afterimage.examples.northwind.orders.OrderLine;
import dev.afterimage.examples.northwind.products.Product;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The known answers, worked out once more in plain Java from the files. */
class KnownAnswersTest {

    private final NorthwindData data = NorthwindData.load();

    @Test
    void the_known_answers_follow_from_the_files() {
        assertThat(KnownAnswers.of(1).check(workedOut())).hasSize(14).allMatch(Check::holds);
    }

    @Test
    void the_net_of_all_lines_is_exact() {
        assertThat(workedOut().net()).isEqualByComparingTo("1265793.0395");
    }

    @Test
    void an_answer_that_is_off_by_a_hundredth_of_a_cent_does_not_hold() {
        var right = KnownAnswers.of(1).answers();
        var wrong = new Answers(
                right.orders(),
                right.shipped(),
                right.lines(),
                right.net().add(new BigDecimal("0.0001")),
                right.topCustomer(),
                right.topCustomerNet(),
                right.netByCategory());

        assertThat(KnownAnswers.of(1).check(wrong))
                .filteredOn(check -> !check.holds())
                .containsExactly(new Check("net sales", "1265793.0395", "1265793.0396", false));
    }

    @Test
    void repeated_orders_multiply_every_number() {
        var answers = KnownAnswers.of(3).answers();
        assertThat(answers.orders()).isEqualTo(2490);
        assertThat(answers.net()).isEqualByComparingTo("3797379.1185");
        assertThat(answers.topCustomer()).isEqualTo("QUICK");
        assertThat(answers.netByCategory().get("Produce")).isEqualByComparingTo("299953.74");
    }

    private Answers workedOut() {
        var top = netByCustomer().entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow();
        return new Answers(
                data.orders().size(),
                data.orders().stream().filter(past -> past.shippedOn() != null).count(),
                lines().size(),
                net(lines()),
                top.getKey(),
                top.getValue(),
                netByCategory());
    }

    private Map<String, BigDecimal> netByCustomer() {
        return data.orders().stream()
                .map(PastOrder::order)
                .collect(Collectors.groupingBy(
                        order -> order.customerId(),
                        Collectors.reducing(BigDecimal.ZERO, order -> net(order.lines()), BigDecimal::add)));
    }

    private SequencedMap<String, BigDecimal> netByCategory() {
        var categories = data.products().stream().collect(Collectors.toMap(Product::id, Product::category));
        var lines = lines().stream().collect(Collectors.groupingBy(line -> categories.get(line.productId())));
        var net = new LinkedHashMap<String, BigDecimal>();
        lines.forEach((category, ofCategory) -> net.put(category, net(ofCategory)));
        return net;
    }

    private List<OrderLine> lines() {
        return data.orders().stream()
                .flatMap(past -> past.order().lines().stream())
                .toList();
    }

    /** unit price × quantity × (1 − discount) */
    private static BigDecimal net(List<OrderLine> lines) {
        return lines.stream()
                .map(line -> line.unitPrice()
                        .multiply(BigDecimal.valueOf(line.quantity()))
                        .multiply(BigDecimal.ONE.subtract(line.discount())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}

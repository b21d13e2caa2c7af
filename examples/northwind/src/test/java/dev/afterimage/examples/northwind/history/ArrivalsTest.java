package dev.afterimage.examples.northwind.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private final List<PastOrder> orders = NorthwindData.load().orders().subList(0, 2);

    @Test
    void the_copies_of_an_order_have_ids_of_their_own() {
        try (var arrivals = new Arrivals(orders, 3)) {
            assertThat(allIds(arrivals)).containsExactly("10248", "10248-2", "10248-3", "10249", "10249-2", "10249-3");
        }
    }

    @Test
    void after_closing_nobody_gets_an_order() {
        var arrivals = new Arrivals(orders, 3);
        arrivals.close();

        assertThat(arrivals.next()).isEmpty();
    }

    private static List<String> allIds(Arrivals arrivals) {
        var ids = new ArrayList<String>();
        for (var next = arrivals.next(); next.isPresent(); next = arrivals.next()) {
            ids.add(next.get().order().id());
        }
        return ids;
    }
}

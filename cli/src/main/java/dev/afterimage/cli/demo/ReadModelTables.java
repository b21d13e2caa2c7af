package dev.afterimage.cli.demo;

import dev.afterimage.cli.terminal.Column;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.examples.northwind.answers.TopRows;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The top rows of each read model, as tables. */
final class ReadModelTables {

    private static final int ROWS = 5;

    private final Screen screen;

    ReadModelTables(Screen screen) {
        this.screen = screen;
    }

    void show(DSLContext readModels) {
        orders(readModels);
        customers(readModels);
        products(readModels);
    }

    private void orders(DSLContext readModels) {
        screen.heading("order_summary: the largest orders");
        var rows = TopRows.orders(readModels, ROWS).stream()
                .map(order -> List.of(
                        order.getOrderId(),
                        text(order.getCustomerName()),
                        text(order.getCountry()),
                        text(order.getOrderedOn()),
                        order.getStatus(),
                        Figures.count(order.getLines()),
                        money(order.getNet())))
                .toList();
        screen.table(
                List.of(
                        Column.text("order"),
                        Column.text("customer"),
                        Column.text("country"),
                        Column.text("ordered on"),
                        Column.text("status"),
                        Column.number("lines"),
                        Column.number("net")),
                rows);
    }

    private void customers(DSLContext readModels) {
        screen.heading("customer_sales: the best customers");
        var rows = TopRows.customers(readModels, ROWS).stream()
                .map(customer -> List.of(
                        customer.getCustomerId(),
                        text(customer.getCompanyName()),
                        Figures.count(customer.getOrders()),
                        text(customer.getFirstOrderOn()),
                        text(customer.getLastOrderOn()),
                        money(customer.getNet())))
                .toList();
        screen.table(
                List.of(
                        Column.text("customer"),
                        Column.text("company"),
                        Column.number("orders"),
                        Column.text("first order"),
                        Column.text("last order"),
                        Column.number("net")),
                rows);
    }

    private void products(DSLContext readModels) {
        screen.heading("product_sales: the best products");
        var rows = TopRows.products(readModels, ROWS).stream()
                .map(product -> List.of(
                        text(product.getProductName()),
                        text(product.getCategory()),
                        Figures.count(product.getQuantity()),
                        money(product.getNet())))
                .toList();
        screen.table(
                List.of(
                        Column.text("product"),
                        Column.text("category"),
                        Column.number("quantity"),
                        Column.number("net")),
                rows);
    }

    private static String money(BigDecimal amount) {
        return String.format(Locale.ROOT, "%,.2f", amount.setScale(2, RoundingMode.HALF_EVEN));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}

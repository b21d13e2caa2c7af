package dev.afterimage.examples.northwind.history;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.orders.Order;
import dev.afterimage.examples.northwind.orders.OrderLine;
import dev.afterimage.examples.northwind.products.Product;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Northwind's customers, products and orders, as its files have them.
 *
 * @param orders by date
 */
public record NorthwindData(List<Customer> customers, List<Product> products, List<PastOrder> orders) {

    private record LineOfOrder(String orderId, OrderLine line) {}

    public static NorthwindData load() {
        var lines = CsvFile.read("order_lines.csv", NorthwindData::line).stream()
                .collect(Collectors.groupingBy(
                        LineOfOrder::orderId, Collectors.mapping(LineOfOrder::line, Collectors.toList())));
        return new NorthwindData(
                CsvFile.read("customers.csv", NorthwindData::customer),
                CsvFile.read("products.csv", NorthwindData::product),
                CsvFile.read("orders.csv", row -> order(row, lines)));
    }

    /** How many events it makes if the whole input is repeated so many times. */
    public long events(int scale) {
        long ofOrders = orders.stream().mapToLong(PastOrder::events).sum();
        return (customers.size() + products.size() + ofOrders) * scale;
    }

    private static Customer customer(NamedCsvRecord row) {
        return new Customer(
                row.getField("customer_id"),
                row.getField("company_name"),
                row.getField("city"),
                row.getField("country"));
    }

    private static Product product(NamedCsvRecord row) {
        return new Product(
                Integer.parseInt(row.getField("product_id")),
                row.getField("product_name"),
                row.getField("category"),
                new BigDecimal(row.getField("unit_price")));
    }

    private static PastOrder order(NamedCsvRecord row, Map<String, List<OrderLine>> lines) {
        var id = row.getField("order_id");
        var order = new Order(
                id,
                row.getField("customer_id"),
                LocalDate.parse(row.getField("order_date")),
                LocalDate.parse(row.getField("required_date")),
                new BigDecimal(row.getField("freight")),
                row.getField("ship_city"),
                row.getField("ship_country"),
                row.getField("shipper"),
                lines.getOrDefault(id, List.of()));
        return new PastOrder(order, dateOrNull(row.getField("shipped_date")));
    }

    private static @Nullable LocalDate dateOrNull(String text) {
        return text.isEmpty() ? null : LocalDate.parse(text);
    }

    private static LineOfOrder line(NamedCsvRecord row) {
        return new LineOfOrder(
                row.getField("order_id"),
                new OrderLine(
                        Integer.parseInt(row.getField("product_id")),
                        new BigDecimal(row.getField("unit_price")),
                        Integer.parseInt(row.getField("quantity")),
                        new BigDecimal(row.getField("discount"))));
    }
}

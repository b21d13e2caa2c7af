package dev.afterimage.examples.northwind.orders;

import java.math.BigDecimal;

/**
 * So many of a product, at the price of the day.
 *
 * @param discount a share of the price: 0.05 is 5 percent off
 */
public record OrderLine(int productId, BigDecimal unitPrice, int quantity, BigDecimal discount) {}

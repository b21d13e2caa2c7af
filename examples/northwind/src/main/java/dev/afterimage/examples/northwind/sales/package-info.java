/**
 * What customers and products bring in: read models made from the events of several aggregates. Start reading at
 * {@link dev.afterimage.examples.northwind.sales.ProductSales}, then
 * {@link dev.afterimage.examples.northwind.sales.CustomerSales}. May import customers, products and orders, Afterimage,
 * and jOOQ.
 */
@NullMarked
package dev.afterimage.examples.northwind.sales;

import org.jspecify.annotations.NullMarked;

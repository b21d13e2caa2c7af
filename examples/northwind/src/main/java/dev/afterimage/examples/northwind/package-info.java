/**
 * A small order service as a user of Afterimage writes it: it records facts in its own transactions, and read models
 * follow. Start reading at {@link dev.afterimage.examples.northwind.orders.OrderService}, then
 * {@link dev.afterimage.examples.northwind.orders.OrderSummary}; {@link dev.afterimage.examples.northwind.Northwind} is
 * what is handed to Afterimage. May import the public packages of Afterimage, and jOOQ.
 */
@NullMarked
package dev.afterimage.examples.northwind;

import org.jspecify.annotations.NullMarked;

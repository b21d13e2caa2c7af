/**
 * Orders, from the service that writes them to the read model that lists them. Start reading at
 * {@link dev.afterimage.examples.northwind.orders.OrderEvent}, then
 * {@link dev.afterimage.examples.northwind.orders.OrderService} and
 * {@link dev.afterimage.examples.northwind.orders.OrderSummary}. May import customers and products, Afterimage, and
 * jOOQ.
 */
@NullMarked
package dev.afterimage.examples.northwind.orders;

import org.jspecify.annotations.NullMarked;

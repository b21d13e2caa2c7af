/**
 * Customers and the facts about them. Start reading at
 * {@link dev.afterimage.examples.northwind.customers.CustomerEvent}. May import the domain of Afterimage only.
 */
@NullMarked
package dev.afterimage.examples.northwind.customers;

import org.jspecify.annotations.NullMarked;

/**
 * Products and the facts about them. Start reading at {@link dev.afterimage.examples.northwind.products.ProductEvent}.
 * May import the domain of Afterimage only.
 */
@NullMarked
package dev.afterimage.examples.northwind.products;

import org.jspecify.annotations.NullMarked;

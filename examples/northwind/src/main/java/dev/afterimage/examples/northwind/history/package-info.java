/**
 * Northwind's two years of business, to be lived again by the service. Start reading at
 * {@link dev.afterimage.examples.northwind.history.NorthwindWorkload}, then
 * {@link dev.afterimage.examples.northwind.history.NorthwindData}. May import the slices and the CSV reader.
 */
@NullMarked
package dev.afterimage.examples.northwind.history;

import org.jspecify.annotations.NullMarked;

/**
 * The demo: an order service's history, written, captured, folded, rebuilt and compared. Start reading at
 * {@link dev.afterimage.cli.demo.Demo}. May import the example and every public API.
 */
@NullMarked
package dev.afterimage.cli.demo;

import org.jspecify.annotations.NullMarked;

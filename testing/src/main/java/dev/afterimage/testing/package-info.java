/**
 * For tests of your own projections: given these events, then these rows, on a real PostgreSQL. Start reading at
 * {@link dev.afterimage.testing.ProjectionSpec}. May import everything but the edges.
 */
@NullMarked
package dev.afterimage.testing;

import org.jspecify.annotations.NullMarked;

/**
 * What the stores need of PostgreSQL beyond JDBC: numbered migrations, values as text for COPY and arrays,
 * notifications. Start reading at {@link dev.afterimage.postgres.Migrations}, then
 * {@link dev.afterimage.postgres.CopyText}. May import nothing of ours.
 */
@NullMarked
package dev.afterimage.postgres;

import org.jspecify.annotations.NullMarked;

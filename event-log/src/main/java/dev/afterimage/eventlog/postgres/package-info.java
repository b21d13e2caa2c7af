/**
 * The log as one table. Events enter by COPY in {@link dev.afterimage.eventlog.postgres.PostgresAppender} and leave in
 * {@link dev.afterimage.eventlog.postgres.PostgresPartition}; {@link dev.afterimage.eventlog.postgres.HeadSignal} wakes
 * readers. May import the domain and the port.
 */
@NullMarked
package dev.afterimage.eventlog.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * Store 2, the narrow waist: the totally ordered, replayable log of events. Start reading at
 * {@link dev.afterimage.eventlog.EventLog}, then {@link dev.afterimage.eventlog.LogAppender}, then
 * {@link dev.afterimage.eventlog.LogPartition}. May import the domain.
 */
@NullMarked
package dev.afterimage.eventlog;

import org.jspecify.annotations.NullMarked;

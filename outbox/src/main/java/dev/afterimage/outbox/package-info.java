/**
 * Store 1: a service records the events of its captured aggregates here, in its own transaction. Start reading at
 * {@link dev.afterimage.outbox.Outbox}, then {@link dev.afterimage.outbox.AppendStatement}. May import the domain.
 */
@NullMarked
package dev.afterimage.outbox;

import org.jspecify.annotations.NullMarked;

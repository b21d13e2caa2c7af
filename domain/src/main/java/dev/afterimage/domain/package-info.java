/**
 * The vocabulary of facts: what a service's domain code sees, and what flows through the stores. Start reading at
 * {@link dev.afterimage.domain.Captured}, then {@link dev.afterimage.domain.EventCatalog}, then
 * {@link dev.afterimage.domain.RecordedEvent}. May import nothing of ours and does no I/O.
 */
@NullMarked
package dev.afterimage.domain;

import org.jspecify.annotations.NullMarked;

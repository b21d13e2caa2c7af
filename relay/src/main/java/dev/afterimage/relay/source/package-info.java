/**
 * What the relay asks the service's database: the slot, the state of the capture, the outbox as a table. Start reading
 * at {@link dev.afterimage.relay.source.SourceDatabase}, then {@link dev.afterimage.relay.source.CaptureState} and
 * {@link dev.afterimage.relay.source.SnapshotSlot}. May import what the relay may, and not the relay's workings.
 */
@NullMarked
package dev.afterimage.relay.source;

import org.jspecify.annotations.NullMarked;

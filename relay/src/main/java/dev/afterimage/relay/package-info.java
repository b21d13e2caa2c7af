/**
 * Worker 1: captures committed outbox rows in commit order and appends them to the log exactly once. Start reading at
 * {@link dev.afterimage.relay.Relay}, then {@link dev.afterimage.relay.RelaySession}, then
 * {@link dev.afterimage.relay.AppendOnce}. May import the domain, the outbox and the event log.
 */
@NullMarked
package dev.afterimage.relay;

import org.jspecify.annotations.NullMarked;

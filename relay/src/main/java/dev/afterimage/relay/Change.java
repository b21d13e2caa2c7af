package dev.afterimage.relay;

import dev.afterimage.domain.RecordedEvent;

/** Something the source delivered, in commit order. */
public sealed interface Change {

    /** How far the source may be acknowledged once this change is durable in the log. */
    Lsn acknowledges();

    /** A committed row of the outbox. */
    record Recorded(RecordedEvent event, Lsn acknowledges) implements Change {}

    /** A message of ours that shows the source is alive and lets an idle outbox release WAL. */
    record Canary(String token, Lsn acknowledges) implements Change {}
}

package dev.afterimage.relay;

import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.relay.source.UnreadableRowException;
import java.time.Instant;
import java.util.Optional;

/** Something the source delivered, in commit order. */
public sealed interface Change {

    /** How far the source may be acknowledged once this change is durable in the log. */
    Lsn acknowledges();

    /** A committed row of the outbox, readable or not. */
    sealed interface Row extends Change {

        EventId id();

        Commit commit();
    }

    /** A row that is an event. */
    record Recorded(RecordedEvent event, Commit commit, Lsn acknowledges) implements Row {
        @Override
        public EventId id() {
            return event.id();
        }
    }

    /** A row that cannot be read as an event. */
    record Unreadable(UnreadableRowException problem, Commit commit, Lsn acknowledges) implements Row {
        @Override
        public EventId id() {
            return problem.row().id();
        }
    }

    /** A row that was not published as the outbox's rows are: the table or a column of it had another name then. */
    record Misnamed(String problem, Lsn acknowledges) implements Change {}

    /**
     * A message that shows the source is alive and lets an idle outbox release WAL.
     *
     * <p>Anybody may send one: only {@link RelayProgress} knows which are its own.
     *
     * @param sentAt the source's clock when it was sent; empty for one of a relay of an earlier version
     */
    record Canary(String token, Optional<Instant> sentAt, Lsn acknowledges) implements Change {}
}

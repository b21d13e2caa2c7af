package dev.afterimage.relay;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a relay is doing at one moment.
 *
 * @param message why it is in this state and what to do; empty when all is well
 * @param since when it entered this state; in {@link RelayState#BACKING_OFF}, when the first connection failed since
 *     anything new came
 * @param refusal set in the state {@link RelayState#REFUSED}
 * @param lastPosition the last position this relay appended, or the log's head when it connected
 * @param events how many events it appended since it was made
 * @param lag how long a change takes from the WAL into the log, by the last canary; grows while none arrives, also
 *     without a connection; zero in {@link RelayState#STANDBY}, where another relay knows it
 */
public record RelayStatus(
        RelayState state,
        String message,
        Instant since,
        Optional<Refusal> refusal,
        Position lastPosition,
        long events,
        Duration lag,
        SlotHealth slot) {}

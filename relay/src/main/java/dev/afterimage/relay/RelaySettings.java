package dev.afterimage.relay;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a relay runs.
 *
 * @param slot the replication slot, and the name of the source in the log; by default {@code afterimage_outbox_} and
 *     the database's name
 * @param canaryInterval how often a message of our own passes through the WAL: the resolution of the measured lag
 * @param minBackOff the wait before the first reconnect; doubled for each further one
 * @param maxBackOff the longest wait between reconnects
 * @param pollInterval how long the Debezium source waits for more changes: the latency of an event
 */
public record RelaySettings(
        Optional<String> slot,
        Duration canaryInterval,
        Duration minBackOff,
        Duration maxBackOff,
        Duration pollInterval) {

    /** What PostgreSQL allows as a slot's name. */
    private static final Pattern SLOT_NAME = Pattern.compile("[a-z0-9_]{1,63}");

    public RelaySettings {
        if (slot.isPresent() && !SLOT_NAME.matcher(slot.get()).matches()) {
            throw new IllegalArgumentException(
                    "RelaySettings.withSlot must be 1..63 lower-case letters, digits and underscores, was \"%s\""
                            .formatted(slot.get()));
        }
        requirePositive("RelaySettings.withCanaryInterval", canaryInterval);
        requirePositive("the shortest wait of RelaySettings.withBackOff", minBackOff);
        requirePositive("RelaySettings.withPollInterval", pollInterval);
        if (maxBackOff.compareTo(minBackOff) < 0) {
            throw new IllegalArgumentException(
                    "the longest wait of RelaySettings.withBackOff must be at least the shortest, %s, was %s"
                            .formatted(minBackOff, maxBackOff));
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException("%s must be 1 ms or more, was %s".formatted(name, value));
        }
    }

    public static RelaySettings defaults() {
        return new RelaySettings(
                Optional.empty(),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofMillis(5));
    }

    public RelaySettings withSlot(String otherSlot) {
        return new RelaySettings(Optional.of(otherSlot), canaryInterval, minBackOff, maxBackOff, pollInterval);
    }

    public RelaySettings withCanaryInterval(Duration interval) {
        return new RelaySettings(slot, interval, minBackOff, maxBackOff, pollInterval);
    }

    public RelaySettings withBackOff(Duration min, Duration max) {
        return new RelaySettings(slot, canaryInterval, min, max, pollInterval);
    }

    public RelaySettings withPollInterval(Duration interval) {
        return new RelaySettings(slot, canaryInterval, minBackOff, maxBackOff, interval);
    }
}

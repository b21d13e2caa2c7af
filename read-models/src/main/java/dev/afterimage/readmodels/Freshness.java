package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How up to date a projection's active version is, from the commit to the row.
 *
 * @param position the last event it shows
 * @param eventsBehind how many events the log has after that, also such as the projection ignores; 0 if the log is
 *     damaged and cannot tell
 * @param failure why it does not move, if it does not and waiting will not help, or how the log is damaged
 * @param feeding which node feeds it, how that goes and since when; {@link VersionState#UNFED} if none does
 * @param oldestUnseen when the first event was committed that it does not show, if that is known
 * @param sources how complete the log is: what their relays last reported
 * @param seenAt the database's clock when all this was looked at
 */
public record Freshness(
        ProjectionVersion version,
        Position position,
        long eventsBehind,
        Optional<String> failure,
        VersionLease feeding,
        Optional<Instant> oldestUnseen,
        List<SourceProgress> sources,
        Instant seenAt) {

    /** A relay that says nothing for so long, or whose canaries take so long, is not taken to be streaming. */
    public static final Duration SILENCE = Duration.ofSeconds(10);

    public Freshness {
        sources = List.copyOf(sources);
    }

    /**
     * How old what it shows may be: everything that the sources committed longer ago than this is shown. Empty if that
     * is not known, as without a relay that reports. Source and database are taken to have the same clock.
     */
    public Optional<Duration> behindSource() {
        if (sources.isEmpty()
                || sources.stream().anyMatch(source -> source.completeUpTo().isEmpty())) {
            return Optional.empty();
        }
        if (eventsBehind > 0 && oldestUnseen.isEmpty()) {
            return Optional.empty();
        }
        var complete = sources.stream().flatMap(source -> source.completeUpTo().stream());
        return Stream.concat(complete, oldestUnseen.stream())
                .min(Instant::compareTo)
                .map(oldest -> Duration.between(oldest, seenAt))
                .map(age -> age.isNegative() ? Duration.ZERO : age);
    }

    /**
     * Whether it shows everything that was committed some seconds ago: nothing in the log is missing, and every relay
     * streams, has been heard of and is not behind. Good for a health check.
     */
    public boolean isCaughtUp() {
        return eventsBehind == 0 && problem().isEmpty();
    }

    /** What is wrong with it or before it, the most serious first; empty if it is only some events behind or fine. */
    public Optional<String> problem() {
        return failure.or(this::problemOfFeeding)
                .or(() -> sources.stream()
                        .flatMap(source -> problemOf(source, seenAt).stream())
                        .findFirst());
    }

    private Optional<String> problemOfFeeding() {
        return feeding.state() == VersionState.RUNNING
                ? Optional.of(feeding.message()).filter(message -> !message.isEmpty())
                : Optional.of(feeding.describe());
    }

    /** Why a source may have committed what the log lacks; empty if its relay streams and is not behind. */
    static Optional<String> problemOf(SourceProgress source, Instant seenAt) {
        if (source.state() != RelayState.STREAMING) {
            return Optional.of("the relay of %s is %s since %s: %s"
                    .formatted(source.source(), source.state().words(), source.since(), source.message()));
        }
        if (Duration.between(source.seenAt(), seenAt).compareTo(SILENCE) > 0) {
            return Optional.of("the relay of %s was last heard of at %s".formatted(source.source(), source.seenAt()));
        }
        var behind = source.completeUpTo().map(complete -> Duration.between(complete, seenAt));
        if (behind.isEmpty()) {
            return Optional.of("the relay of %s has not passed a canary yet".formatted(source.source()));
        }
        return behind.filter(age -> age.compareTo(SILENCE) > 0)
                .map(age -> "the relay of %s is %d s behind its source".formatted(source.source(), age.toSeconds()));
    }
}

package dev.afterimage.readmodels;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.LogIndex;
import dev.afterimage.domain.LogPlace;
import dev.afterimage.domain.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/** One wait for one commit: first for its place in the log, then for the checkpoints to reach it. */
final class CommitWait {

    /** A projector in another process cannot wake us, so we look this often, and less often the longer it takes. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private static final Duration LOOK_AT_LEAST_EVERY = Duration.ofMillis(100);
    private static final Duration ASK_SOURCES_EVERY = Duration.ofMillis(500);

    /** By so much the clocks of a source and of the read models may differ. */
    private static final Duration CLOCKS = Duration.ofSeconds(1);

    private final LogIndex log;
    private final ActiveVersions active;
    private final Versions versions;
    private final CheckpointSignal signal;
    private final List<Table<?>> tables;
    private final long begun = System.nanoTime();
    private @Nullable Instant begunAt;
    private long sourcesAsked = begun;
    private String whyNotInTheLog = "is its transaction committed and the relay running?";
    private Optional<LogPlace> place = Optional.empty();

    CommitWait(LogIndex log, ActiveVersions active, Versions versions, CheckpointSignal signal, List<Table<?>> tables) {
        this.log = log;
        this.active = active;
        this.versions = versions;
        this.signal = signal;
        this.tables = tables;
    }

    AwaitResult await(CommitToken token, Duration timeout) throws InterruptedException {
        long deadline = begun + timeout.toNanos();
        while (true) {
            long seen = signal.seen();
            place = place.or(() -> log.placeOf(token.lastEvent()));
            var result = look(token);
            long left = deadline - System.nanoTime();
            if (!(result instanceof AwaitResult.TimedOut) || left <= 0) {
                return result;
            }
            signal.await(seen, Duration.ofNanos(Math.min(left, pause())));
        }
    }

    private long pause() {
        long waited = System.nanoTime() - begun;
        return Math.clamp(waited / 10, LOOK_EVERY.toNanos(), LOOK_AT_LEAST_EVERY.toNanos());
    }

    private AwaitResult look(CommitToken token) {
        var all = active.lookTogether();
        if (all.stream().anyMatch(this::isOfALaterLog)) {
            place = log.placeOf(token.lastEvent());
        }
        var awaited = all.stream().filter(this::isAwaited).toList();
        var missing = tables.stream()
                .filter(table ->
                        awaited.stream().noneMatch(each -> each.version().has(table)))
                .findFirst();
        if (missing.isPresent() || awaited.isEmpty()) {
            return withoutReadModel(token, missing);
        }
        return place.map(reached -> progress(token, reached, awaited))
                .orElseGet(() -> notInTheLog(token, all.getFirst().seenAt()));
    }

    private boolean isOfALaterLog(ActiveVersion each) {
        return place.filter(known -> known.generation() < each.logGeneration()).isPresent();
    }

    private boolean isAwaited(ActiveVersion each) {
        return tables.isEmpty() || tables.stream().anyMatch(each.version()::has);
    }

    /** One that is built for the first time will come; one of which nobody has heard will not. */
    private AwaitResult withoutReadModel(CommitToken token, Optional<Table<?>> missing) {
        var name = missing.map(table -> "the table " + table.getName()).orElse("any table");
        var isBuilt = versions.all().stream()
                .filter(version -> version.phase() == VersionPhase.BUILDING)
                .anyMatch(version -> missing.isEmpty() || version.has(missing.get()));
        return isBuilt
                ? new AwaitResult.TimedOut(
                        token, "the first version of the projection with %s, which is being built".formatted(name))
                : new AwaitResult.Unreachable(
                        token, "no projection with %s has a version: start its projector once".formatted(name));
    }

    private static AwaitResult progress(CommitToken token, LogPlace reached, List<ActiveVersion> awaited) {
        return awaited.stream()
                .filter(each -> !each.shows(reached))
                .findFirst()
                .map(each -> notYet(token, each, reached.position()))
                .orElseGet(() -> new AwaitResult.Visible(reached.position()));
    }

    private static AwaitResult notYet(CommitToken token, ActiveVersion each, Position reached) {
        var projection = each.version().projection();
        return each.failure()
                .<AwaitResult>map(failure -> new AwaitResult.Stopped(token, projection, failure))
                .orElseGet(() -> new AwaitResult.TimedOut(
                        token,
                        "%s, which %s%s"
                                .formatted(
                                        projection,
                                        lag(each, reached),
                                        each.feeding().state() == VersionState.RUNNING
                                                ? ""
                                                : "; " + each.feeding().describe())));
    }

    private static String lag(ActiveVersion each, Position reached) {
        return each.position().isBefore(reached)
                ? "is %d events behind".formatted(each.position().eventsTo(reached))
                : "has not looked yet whether a correction of the log concerns it";
    }

    /**
     * What was committed before this wait began is in the log once a canary has passed that was sent later; if the
     * event is not there then, it never comes.
     */
    private AwaitResult notInTheLog(CommitToken token, Instant now) {
        if (begunAt == null) {
            begunAt = now;
        }
        var late = begunAt.plus(CLOCKS);
        if (System.nanoTime() - sourcesAsked > ASK_SOURCES_EVERY.toNanos()) {
            sourcesAsked = System.nanoTime();
            var sources = log.sources();
            sources.stream()
                    .flatMap(source -> Freshness.problemOf(source, now).stream())
                    .findFirst()
                    .ifPresent(problem -> whyNotInTheLog = problem);
            var isComplete = !sources.isEmpty()
                    && sources.stream()
                            .allMatch(source ->
                                    source.completeUpTo().filter(late::isBefore).isPresent());
            if (isComplete && log.positionOf(token.lastEvent()).isEmpty()) {
                return new AwaitResult.Unreachable(
                        token,
                        "its event is not in the log, which has everything that was committed before this wait began: the transaction was rolled back, or it is still open; wait after the commit");
            }
        }
        return new AwaitResult.TimedOut(token, "the event to reach the log: " + whyNotInTheLog);
    }
}

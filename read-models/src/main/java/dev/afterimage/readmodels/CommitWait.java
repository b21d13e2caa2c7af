package dev.afterimage.readmodels;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.LogIndex;
import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Table;

/** One wait for one commit: first for its place in the log, then for the checkpoints to reach it. */
final class CommitWait {

    /** A projector in another process cannot wake us, so we look this often. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final LogIndex log;
    private final ActiveVersions active;
    private final CheckpointSignal signal;
    private final List<String> tables;

    CommitWait(LogIndex log, ActiveVersions active, CheckpointSignal signal, List<Table<?>> tables) {
        this.log = log;
        this.active = active;
        this.signal = signal;
        this.tables = tables.stream().<String>map(Table::getName).toList();
    }

    AwaitResult await(CommitToken token, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Optional<Position> position = Optional.empty();
        while (true) {
            long seen = signal.seen();
            position = position.or(() -> log.positionOf(token.lastEvent()));
            var result = look(token, position);
            long left = deadline - System.nanoTime();
            if (!(result instanceof AwaitResult.TimedOut) || left <= 0) {
                return result;
            }
            signal.await(seen, Duration.ofNanos(Math.min(left, LOOK_EVERY.toNanos())));
        }
    }

    private AwaitResult look(CommitToken token, Optional<Position> position) {
        if (position.isEmpty()) {
            return new AwaitResult.TimedOut(
                    token, "the event to reach the log: is its transaction committed and the relay running?");
        }
        var awaited = active.freshness(position.get()).stream()
                .filter(this::isAwaited)
                .toList();
        if (awaited.isEmpty()
                || !awaited.stream().flatMap(CommitWait::tablesOf).toList().containsAll(tables)) {
            return new AwaitResult.TimedOut(token, "an active projection with these tables: start its projector once");
        }
        var behind =
                awaited.stream().filter(freshness -> !freshness.isCaughtUp()).findFirst();
        return behind.map(freshness -> notYet(token, freshness))
                .orElseGet(() -> new AwaitResult.Visible(position.get()));
    }

    private boolean isAwaited(Freshness freshness) {
        return tables.isEmpty() || tablesOf(freshness).anyMatch(tables::contains);
    }

    private static Stream<String> tablesOf(Freshness freshness) {
        return freshness.version().tables().stream();
    }

    private static AwaitResult notYet(CommitToken token, Freshness freshness) {
        var projection = freshness.version().projection();
        return freshness
                .failure()
                .<AwaitResult>map(failure -> new AwaitResult.Stopped(token, projection, failure))
                .orElseGet(() -> new AwaitResult.TimedOut(
                        token, "%s, which is %d events behind".formatted(projection, freshness.eventsBehind())));
    }
}

package dev.afterimage.relay;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.RelayState;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.source.Slot;
import dev.afterimage.relay.source.SourceDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from the slot to the log: it streams until something ends it, and is not reused. It claims the source
 * with its first delivery, for by then it holds the slot: of several relays that connect at once, only the one that
 * streams fences the others. A source that does not end when it is asked to is cut off and left behind; what it
 * delivers later is not taken.
 */
final class RelaySession {

    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);

    /** How long a source may take to end when all is well. */
    private static final Duration ORDERLY = Duration.ofSeconds(10);

    /** How long one may take whose connection is of no use any more, and may be dead. */
    private static final Duration USELESS = Duration.ofSeconds(2);

    private final ChangeSource source;
    private final EventLog log;
    private final DatabaseAddress address;
    private final RelaySettings settings;
    private final String slot;
    private final RelayProgress progress;
    private final Vitals vitals = new Vitals(System.nanoTime());
    private final AtomicReference<@Nullable String> endedFor = new AtomicReference<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean streaming = true;
    private volatile boolean isOver;
    private volatile @Nullable RuntimeException refusal;
    private @Nullable AppendOnce receiver;

    RelaySession(
            ChangeSource source,
            EventLog log,
            DatabaseAddress address,
            RelaySettings settings,
            String slot,
            RelayProgress progress) {
        this.source = source;
        this.log = log;
        this.address = address;
        this.settings = settings;
        this.slot = slot;
        this.progress = progress;
    }

    /**
     * Returns when closed; throws when the stream or the log failed.
     *
     * @throws RefusedChangeException if a change must not be appended
     * @throws LogDamagedException if something of the log is gone
     */
    void run() {
        try (var watch = new SlotWatch(address, slot, settings.canaryInterval(), progress, vitals, this::endBecause)) {
            Thread.ofPlatform().daemon().name("afterimage-relay-stream-" + slot).start(this::stream);
            watch.start();
            awaitEnd();
        } finally {
            isOver = true;
            cutOffIfLeftBehind();
        }
        var reason = endedFor.get();
        if (reason != null && !reason.isEmpty()) {
            throw new SourceFailedException(slot, reason, null);
        }
    }

    private void stream() {
        try {
            source.stream(this::receive);
            streaming = false;
            ended.complete(null);
        } catch (Throwable e) {
            streaming = false;
            ended.completeExceptionally(e);
        }
    }

    /** On a thread of its own: with TLS even that may wait for a write that never ends. */
    private void cutOffIfLeftBehind() {
        if (streaming) {
            LOG.warn("slot {}: the stream does not end; its connections are cut", slot);
            Thread.ofPlatform().daemon().name("afterimage-relay-abort-" + slot).start(source::abort);
        }
    }

    private void awaitEnd() {
        try {
            ended.join();
        } catch (CompletionException e) {
            var refused = refusal;
            if (refused != null) {
                throw refused;
            }
            if (endedFor.get() == null) {
                throw e.getCause() instanceof RuntimeException failure ? failure : e;
            }
        }
    }

    private void receive(List<Change> changes) {
        if (isOver) {
            throw new IllegalStateException("this connection was given up");
        }
        vitals.delivered(System.nanoTime());
        var current = receiver;
        if (current == null) {
            current = connected();
            receiver = current;
        }
        try {
            current.receive(changes);
        } catch (RefusedChangeException | LogDamagedException e) {
            refusal = e;
            throw e;
        }
        vitals.delivered(System.nanoTime());
    }

    private AppendOnce connected() {
        var appender = log.sources().claim(slot);
        var bookmark = log.sources().bookmark(slot).map(Bookmark::parse).orElseThrow();
        var held = slotNotAheadOf(bookmark);
        vitals.connectedAs(held.activePid(), System.nanoTime());
        progress.connectedAt(log.whole().head());
        progress.move(RelayState.STREAMING, "");
        LOG.info("slot {}: streaming from {} (epoch {})", slot, bookmark.acknowledged(), appender.epoch());
        return new AppendOnce(
                appender, new OperatorDecisions(log.skips(), slot), bookmark, progress::isOurs, progress::delivered);
    }

    /** Debezium makes a slot that is gone again, at the end of the WAL: found here, before anything is appended. */
    private Slot slotNotAheadOf(Bookmark bookmark) {
        try (var database = new SourceDatabase(address)) {
            return database.slot(slot)
                    .filter(found -> !found.confirmed().isAfter(bookmark.acknowledged()))
                    .orElseThrow(() -> new IllegalStateException(
                            "the slot was dropped, moved or made again while the relay connected"));
        }
    }

    /** The server's process that streamed to us; 0 if none did. */
    long serverPid() {
        return vitals.pid();
    }

    private void endBecause(String reason) {
        if (endedFor.compareAndSet(null, reason)) {
            LOG.warn("slot {}: {}", slot, reason);
            end(USELESS);
        }
    }

    /** Ends the stream and returns at once. */
    void close() {
        if (endedFor.compareAndSet(null, "")) {
            end(ORDERLY);
        }
    }

    private void end(Duration patience) {
        Thread.ofPlatform().daemon().name("afterimage-relay-close-" + slot).start(source::close);
        var unused = ended.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}

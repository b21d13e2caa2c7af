package dev.afterimage.relay;

import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.DatabaseAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from the slot to the log: it streams until something ends it, and is not reused. It claims the source
 * with its first delivery, for by then it holds the slot: of several relays that connect at once, only the one that
 * streams fences the others.
 */
final class RelaySession {

    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);

    private final ChangeSource source;
    private final EventLog log;
    private final DatabaseAddress address;
    private final RelaySettings settings;
    private final RelayProgress progress;
    private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
    private @Nullable AppendOnce receiver;

    RelaySession(
            ChangeSource source,
            EventLog log,
            DatabaseAddress address,
            RelaySettings settings,
            RelayProgress progress) {
        this.source = source;
        this.log = log;
        this.address = address;
        this.settings = settings;
        this.progress = progress;
    }

    /** Returns when closed or when the slot was lost; throws when the stream or the log failed. */
    void run() {
        try (var watch = new SlotWatch(address, settings, progress, this::endBecause)) {
            watch.start();
            source.stream(this::receive);
        }
        var reason = lost.get();
        if (reason != null) {
            throw new SourceFailedException(settings.slot(), reason, null);
        }
    }

    private void receive(List<Change> changes) {
        var current = receiver;
        if (current == null) {
            current = connected();
            receiver = current;
        }
        current.receive(changes);
    }

    private AppendOnce connected() {
        var appender = log.sources().claim(settings.slot());
        var bookmark =
                log.sources().bookmark(settings.slot()).map(Bookmark::parse).orElseThrow();
        requireNotAhead(bookmark);
        progress.connectedAt(log.whole().head());
        progress.move(RelayState.STREAMING, "");
        LOG.info("slot {}: streaming from {} (epoch {})", settings.slot(), bookmark.acknowledged(), appender.epoch());
        return new AppendOnce(appender, bookmark, progress::delivered);
    }

    /** Debezium makes a slot that is gone anew, at the end of the WAL: found here, before anything is appended. */
    private void requireNotAhead(Bookmark bookmark) {
        var confirmed = new SourceDatabase(address).slot(settings.slot()).map(SourceDatabase.Slot::confirmed);
        if (confirmed.isEmpty() || confirmed.get().isAfter(bookmark.acknowledged())) {
            throw new IllegalStateException("the slot was dropped, moved or made anew while the relay connected");
        }
    }

    private void endBecause(String reason) {
        if (lost.compareAndSet(null, reason)) {
            LOG.warn("slot {}: {}", settings.slot(), reason);
            Thread.ofPlatform()
                    .daemon()
                    .name("afterimage-relay-close-" + settings.slot())
                    .start(source::close);
        }
    }

    void close() {
        source.close();
    }
}

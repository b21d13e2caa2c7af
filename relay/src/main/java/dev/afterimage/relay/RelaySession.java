package dev.afterimage.relay;

import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.DatabaseAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from the slot to the log: it claims the source, streams until something ends it, and is not reused.
 */
final class RelaySession {

    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);

    private final ChangeSource source;
    private final EventLog log;
    private final DatabaseAddress address;
    private final RelaySettings settings;
    private final RelayProgress progress;
    private final AtomicReference<@Nullable String> lost = new AtomicReference<>();

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
    void run(Bookmark bookmark) {
        var appender = log.sources().claim(settings.slot());
        progress.connectedAt(log.whole().head());
        progress.move(RelayState.STREAMING, "");
        LOG.info("slot {}: streaming from {} (epoch {})", settings.slot(), bookmark.acknowledged(), appender.epoch());
        try (var watch = new SlotWatch(address, settings, progress, this::endBecause)) {
            watch.start();
            source.stream(new AppendOnce(appender, bookmark, progress::delivered));
        }
        var reason = lost.get();
        if (reason != null) {
            throw new SourceFailedException(settings.slot(), reason, null);
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

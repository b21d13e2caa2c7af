package dev.afterimage.relay;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.RelayState;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.MigrationException;
import dev.afterimage.relay.Readiness.Held;
import dev.afterimage.relay.Readiness.Ready;
import dev.afterimage.relay.Readiness.Refused;
import dev.afterimage.relay.source.Slot;
import dev.afterimage.relay.source.SourceDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Look, connect, stream; look again after whatever ended it, until closed. */
final class RelayLoop {

    private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);

    /** A change that was refused, and how to tell that going on may help. */
    private record Blockage(Refused refused, String bookmark, BooleanSupplier decided) {}

    private final DatabaseAddress address;
    private final EventLog log;
    private final ChangeSource.Factory sources;
    private final RelaySettings settings;
    private final RelayProgress progress;
    private final SourceDatabase database;
    private final BackOff backOff;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable RelaySession session;
    private volatile @Nullable String slot;
    private @Nullable Refused lastRefusal;
    private @Nullable Blockage blockage;
    private long deadPid;
    private long endingPid;

    RelayLoop(
            DatabaseAddress address,
            EventLog log,
            ChangeSource.Factory sources,
            RelaySettings settings,
            RelayProgress progress) {
        this.address = address;
        this.log = log;
        this.sources = sources;
        this.settings = settings;
        this.progress = progress;
        this.database = new SourceDatabase(address);
        this.backOff = new BackOff(settings);
    }

    /** The slot's name once it is known. */
    @Nullable
    String slot() {
        return slot;
    }

    void run() {
        try (database) {
            while (!isClosing()) {
                awaitClosing(once());
            }
        }
        progress.move(RelayState.CLOSED, "");
    }

    /** One look and, if the slot is ready, one session. Returns how long to wait before the next. */
    private Duration once() {
        try {
            progress.look();
            log.check();
            var name = SlotNames.of(settings, database, log.sources());
            slot = name;
            return switch (new Preflight(database, log, name).check()) {
                case Ready() -> ready(name);
                case Held held -> held(name, held);
                case Refused refused -> refuse(name, refused);
            };
        } catch (LogDamagedException e) {
            return refuse(String.valueOf(slot), new Refused(Refusal.LOG_DAMAGED, String.valueOf(e.getMessage())));
        } catch (MigrationException e) {
            return refuse(String.valueOf(slot), new Refused(Refusal.TABLES_UNFIT, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            return backOffBecause(e);
        }
    }

    private Duration ready(String name) {
        var blocked = blockage;
        if (blocked != null && isBlocked(name, blocked)) {
            return refuse(name, blocked.refused());
        }
        blockage = null;
        progress.move(RelayState.CHECKING, "");
        return streamed(name);
    }

    /** Until an operator has decided, or a repair or another relay has changed where the log ends. */
    private boolean isBlocked(String name, Blockage blocked) {
        return log.sources().bookmark(name).filter(blocked.bookmark()::equals).isPresent()
                && !blocked.decided().getAsBoolean();
    }

    private Duration streamed(String name) {
        var current = new RelaySession(sources.open(name), log, address, settings, name, progress);
        session = current;
        long before = progress.status().events();
        try {
            if (!isClosing()) {
                current.run();
            }
        } catch (RefusedChangeException e) {
            var bookmark = log.sources().bookmark(name).orElse("");
            blockage = new Blockage(e.refused(), bookmark, e.decided());
        } finally {
            session = null;
            deadPid = current.serverPid();
            database.close(); // what ended the session may have struck this connection as well
            current.close();
            if (progress.status().events() > before) {
                backOff.reset();
            }
        }
        return Duration.ZERO;
    }

    /** The server's half of a connection of ours that is dead would hold the slot for 20 seconds. */
    private Duration held(String name, Held held) {
        if (held.pid() != deadPid) {
            progress.move(RelayState.STANDBY, Preflight.holder(name, held) + "; this one takes over when it ends");
        } else if (held.pid() != endingPid) {
            endingPid = held.pid();
            database.terminate(name, held.pid());
            return settings.minBackOff();
        } else {
            var reason =
                    "the server's process %d, of a connection that was lost, was told to end and still holds the slot; if that lasts, see on the server why it does not end"
                            .formatted(held.pid());
            LOG.warn("slot {}: {}", name, reason);
            progress.move(RelayState.BACKING_OFF, reason);
        }
        awaitLetGo(name, held.pid());
        return Duration.ZERO;
    }

    private void awaitLetGo(String name, long pid) {
        boolean isHeld = true;
        while (isHeld && !awaitClosing(settings.minBackOff())) {
            isHeld = database.slot(name).map(Slot::activePid).orElse(0L) == pid;
        }
    }

    private Duration refuse(String name, Refused refused) {
        if (!refused.equals(lastRefusal)) {
            lastRefusal = refused;
            LOG.error("slot {}: refused ({}): {}", name, refused.reason(), refused.message());
        }
        progress.refuse(refused);
        return backOff.longest();
    }

    private Duration backOffBecause(RuntimeException failure) {
        var wait = backOff.next();
        if (!isClosing()) {
            progress.move(
                    RelayState.BACKING_OFF,
                    "%s; trying again in %d ms".formatted(failure.getMessage(), wait.toMillis()));
            LOG.warn("slot {}: {}; trying again in {} ms", slot, failure.getMessage(), wait.toMillis());
            LOG.debug("slot {}: what failed", slot, failure);
        }
        return wait;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private boolean awaitClosing(Duration pause) {
        try {
            return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown();
            return true;
        }
    }

    /** Ends the loop and what it does; returns at once. */
    void close() {
        closing.countDown();
        var current = session;
        if (current != null) {
            current.close();
        }
    }
}

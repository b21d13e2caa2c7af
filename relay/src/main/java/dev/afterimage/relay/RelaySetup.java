package dev.afterimage.relay;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.Reconciled;
import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.source.RepairLock;
import dev.afterimage.relay.source.SourceDatabase;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators do with a source: make it ready once, repair what was lost, decide on events that cannot be appended,
 * compare the outbox with the log.
 */
public final class RelaySetup {

    private static final Logger LOG = LoggerFactory.getLogger(RelaySetup.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final DatabaseAddress address;
    private final EventLog log;
    private final RelaySettings settings;
    private final Consumer<String> notes;

    public RelaySetup(DatabaseAddress address, EventLog log, RelaySettings settings) {
        this(address, log, settings, LOG::warn);
    }

    private RelaySetup(DatabaseAddress address, EventLog log, RelaySettings settings, Consumer<String> notes) {
        this.address = address;
        this.log = log;
        this.settings = settings;
        this.notes = notes;
    }

    /** Tells what it waits for, such as open transactions, to {@code listener} instead of the program's log. */
    public RelaySetup telling(Consumer<String> listener) {
        return new RelaySetup(address, log, settings, listener);
    }

    /** The replication slot, which is also the source's name in the log. */
    public String slot() {
        return withSource(source -> SlotNames.of(settings, source, log.sources()));
    }

    /**
     * Makes what is missing and brings the events that are in the outbox already; idempotent, also after a crash in the
     * middle and on several nodes at once. Waits until every transaction of the server that has written ends.
     *
     * @throws RelayRefusedException if the server cannot be captured, or a slot that was made before is gone
     */
    public void init() {
        withSource(source -> {
            requireLogicalWal(source);
            log.check();
            OutboxSchema.migrations().apply(address.dataSource("afterimage-init"));
            var slot = SlotNames.of(settings, source, log.sources());
            if (!isMade(slot)) {
                RepairLock.alone(address, slot, notes, () -> isMade(slot) || made(source, slot));
            }
            if (new Preflight(source, log, slot).check() instanceof Readiness.Refused refused) {
                RelayRefusedException.raise(refused);
            }
            return slot;
        });
    }

    private boolean made(SourceDatabase source, String slot) {
        new Repair(address, source, log, slot, notes).run(Phantoms.REFUSE);
        return true;
    }

    private boolean isMade(String slot) {
        return log.sources()
                .bookmark(slot)
                .map(Bookmark::parse)
                .filter(bookmark -> !bookmark.isOfUnfinishedRepair())
                .isPresent();
    }

    /** As {@link #repair(Phantoms)}, refusing events that the log has and the outbox lacks; how many were brought. */
    public long repair() {
        return repair(Phantoms.REFUSE).added();
    }

    /**
     * Closes a gap: makes the slot again and brings every event that the outbox has and the log lacks, each to its
     * place in its aggregate. No relay may be streaming. Waits for other repairs, and until every transaction of the
     * server that has written ends.
     *
     * @param decision what to do with events that the log has and the outbox lacks
     * @throws RelayRefusedException if a relay holds the slot, the source was never initialised or a row cannot be read
     */
    public Reconciled repair(Phantoms decision) {
        return withSource(source -> {
            requireLogicalWal(source);
            var slot = SlotNames.of(settings, source, log.sources());
            if (log.sources().bookmark(slot).isEmpty()) {
                throw new RelayRefusedException(
                        Refusal.NOT_INITIALISED,
                        "slot %s was never initialised: run ./afterimage init once".formatted(slot));
            }
            var repair = new Repair(address, source, log, slot, notes);
            return RepairLock.alone(address, slot, notes, () -> repair.run(decision));
        });
    }

    /** As {@link #verify(Duration)} with 15 seconds. */
    public VerifyReport verify() {
        return verify(PATIENCE);
    }

    /**
     * Compares the outbox with the log, beside a running relay or without one; changes nothing. Needs little memory
     * however much there is.
     *
     * @param patience how long to wait for the relay to bring what was committed before
     */
    public VerifyReport verify(Duration patience) {
        return withSource(source -> {
            var slot = SlotNames.of(settings, source, log.sources());
            return new Verification(address, source, log, slot).run(patience);
        });
    }

    /**
     * Decides that an event is left out of the log that cannot be appended; the relay goes on within seconds.
     *
     * @throws IllegalArgumentException if the log has it already
     */
    public void skip(EventId event, String reason) {
        log.skips().record(event, reason, operator());
    }

    /**
     * Decides that events are not waited for that are lost for good: the aggregate's next one is accepted.
     *
     * @param first the sequence of the first of them
     * @param last the sequence of the last of them
     * @throws IllegalArgumentException if the outbox or the log has one of them, or one was never recorded
     */
    public void skipLost(AggregateRef aggregate, long first, long last, String reason) {
        if (first < 1 || last < first || last - first >= OutOfSequenceException.MOST_GIVEN_UP) {
            throw new IllegalArgumentException("lost sequences must be 1 or more and at most %,d at once, were %d..%d"
                    .formatted(OutOfSequenceException.MOST_GIVEN_UP, first, last));
        }
        withSource(source -> {
            new LostEvents(source, log).require(aggregate, first, last);
            log.skips().recordLost(aggregate, first, last, reason, operator());
            return aggregate;
        });
    }

    private static String operator() {
        return Objects.requireNonNullElse(System.getProperty("user.name"), "unknown");
    }

    private static void requireLogicalWal(SourceDatabase source) {
        Preflight.walLevel(source).ifPresent(RelayRefusedException::raise);
    }

    private <T> T withSource(Function<SourceDatabase, T> work) {
        try (var source = new SourceDatabase(address)) {
            return work.apply(source);
        }
    }
}

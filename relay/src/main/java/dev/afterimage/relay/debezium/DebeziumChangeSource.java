package dev.afterimage.relay.debezium;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.Change;
import dev.afterimage.relay.ChangeSource;
import dev.afterimage.relay.RelaySettings;
import dev.afterimage.relay.SourceFailedException;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Debezium engine that runs once, on the thread that streams. */
public final class DebeziumChangeSource implements ChangeSource {

    private static final Logger LOG = LoggerFactory.getLogger(DebeziumChangeSource.class);
    private static final long CLOSE_AGAIN_MILLIS = 50;
    private static final long MORE_THAN_A_CANARY_MILLIS = 3_000;

    private final DatabaseAddress address;
    private final RelaySettings settings;
    private final String slot;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable DebeziumEngine<?> engine;
    private volatile @Nullable EngineConnections connections;
    private volatile boolean closed;
    private volatile boolean hasDelivered;
    private @Nullable String failure;
    private @Nullable Throwable cause;

    private DebeziumChangeSource(DatabaseAddress address, RelaySettings settings, String slot) {
        this.address = address;
        this.settings = settings;
        this.slot = slot;
    }

    /** Makes sources that read the outbox of a database. */
    public static ChangeSource.Factory of(DatabaseAddress address, RelaySettings settings) {
        return slot -> new DebeziumChangeSource(address, settings, slot);
    }

    @Override
    public void stream(Receiver receiver) {
        try (var opened = EngineConnections.open(address)) {
            connections = opened;
            var built = build(receiver, opened);
            engine = built;
            if (!closed) {
                built.run();
            }
        } finally {
            ended.countDown();
        }
        if (!closed) {
            throw new SourceFailedException(slot, Optional.ofNullable(failure).orElse("the engine stopped"), cause);
        }
    }

    private DebeziumEngine<RecordChangeEvent<SourceRecord>> build(Receiver receiver, EngineConnections opened) {
        return DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(EngineProperties.of(opened, settings, slot))
                .using((success, message, error) -> completed(success, message, error))
                .notifying((records, committer) -> deliver(records, committer, receiver))
                .build();
    }

    private void completed(boolean success, @Nullable String message, @Nullable Throwable error) {
        if (!success) {
            failure = error == null ? message : Cause.describe(error);
            cause = error;
        }
    }

    /** A retriable exception that leaves here would make the engine drop the batch and go on, so none does. */
    private void deliver(
            List<RecordChangeEvent<SourceRecord>> records,
            RecordCommitter<RecordChangeEvent<SourceRecord>> committer,
            Receiver receiver)
            throws InterruptedException {
        hasDelivered = true;
        if (closed) {
            throw new StopEngineException("closed");
        }
        var reader = new ChangeRecords(slot);
        try {
            var changes = records.stream()
                    .map(record -> reader.read(record.record()))
                    .<Change>flatMap(Optional::stream)
                    .toList();
            receiver.receive(changes);
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        committer.markProcessed(records.getLast());
        committer.markBatchFinished();
    }

    /**
     * An engine that is closed from outside fails with an ERROR in the log if it has just fetched a batch, so it gets
     * the time to end with its next batch by itself; the next canary brings one. It refuses to close while it starts or
     * stops: ask again until it has ended.
     */
    @Override
    public void close() {
        closed = true;
        var running = engine;
        try {
            if (hasDelivered
                    && ended.await(settings.canaryInterval().toMillis() + MORE_THAN_A_CANARY_MILLIS, MILLISECONDS)) {
                return;
            }
            while (running != null && ended.getCount() > 0) {
                if (askToClose(running)) {
                    return;
                }
                if (ended.await(CLOSE_AGAIN_MILLIS, MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void abort() {
        closed = true;
        var open = connections;
        if (open != null) {
            open.close();
        }
    }

    private boolean askToClose(DebeziumEngine<?> running) {
        try {
            running.close();
            return true;
        } catch (IllegalStateException e) {
            LOG.debug("slot {}: the engine cannot close yet ({})", slot, e.getMessage());
            return false;
        } catch (IOException e) {
            LOG.debug("slot {}: closing the engine failed", slot, e);
            return true;
        }
    }
}

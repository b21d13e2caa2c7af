package dev.afterimage.relay;

import dev.afterimage.postgres.DatabaseAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Once per interval sends a canary through the WAL and looks at the slot, on a connection and a thread of its own. The
 * canary lets an idle outbox release WAL that other tables write; the look finds a lost slot, which the stream itself
 * does not report for half an hour.
 */
final class SlotWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);

    private final DatabaseAddress address;
    private final RelaySettings settings;
    private final RelayProgress progress;
    private final Consumer<String> slotLost;
    private final ScheduledExecutorService ticker;
    private @Nullable Connection connection;

    SlotWatch(DatabaseAddress address, RelaySettings settings, RelayProgress progress, Consumer<String> slotLost) {
        this.address = address;
        this.settings = settings;
        this.progress = progress;
        this.slotLost = slotLost;
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> Thread.ofPlatform()
                .daemon()
                .name("afterimage-relay-watch-" + settings.slot())
                .unstarted(task));
    }

    void start() {
        long interval = settings.canaryInterval().toMillis();
        var unused = ticker.scheduleWithFixedDelay(this::tick, 0, interval, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            var open = connection();
            sendCanary(open);
            SourceDatabase.slot(open, settings.slot()).ifPresentOrElse(this::saw, () -> slotLost.accept("it is gone"));
        } catch (SQLException e) {
            LOG.debug("slot {}: not watched this time ({})", settings.slot(), e.getMessage());
            disconnect();
        }
    }

    private void saw(SourceDatabase.Slot slot) {
        progress.sawSlot(slot.health());
        if (slot.health().isLost()) {
            slotLost.accept("the server has removed WAL that it needs");
        }
    }

    private void sendCanary(Connection open) throws SQLException {
        var token = progress.canarySent();
        try (var statement = open.prepareStatement("SELECT pg_logical_emit_message(false, ?, ?)")) {
            statement.setString(1, settings.canaryPrefix());
            statement.setString(2, token);
            statement.execute();
        }
    }

    private Connection connection() throws SQLException {
        var open = connection;
        if (open == null) {
            open = address.dataSource("afterimage-relay-watch").getConnection();
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        var open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("slot {}: closing the watch's connection failed", settings.slot(), e);
            }
        }
    }

    @Override
    public void close() {
        ticker.shutdown();
        try {
            if (!ticker.awaitTermination(5, TimeUnit.SECONDS)) {
                ticker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnect();
    }
}

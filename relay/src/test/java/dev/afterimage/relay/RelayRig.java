package dev.afterimage.relay;

import dev.afterimage.domain.Captured;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A database with outbox, log and slot, and relays over it; closing it leaves nothing behind. */
final class RelayRig implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(20);

    @Captured(events = CounterEvent.class)
    static final class Counter {}

    sealed interface CounterEvent {
        record Counted(String tag, int number) implements CounterEvent {}
    }

    final DatabaseAddress address;
    final PostgresEventLog log;
    final RelaySettings settings;
    final Outbox outbox = Outbox.create();
    private final FreshDatabase database;
    private final List<Relay> relays = new ArrayList<>();

    private static final AtomicInteger SLOTS = new AtomicInteger();

    /** Starts with an empty log and outbox, and a slot of its own. */
    RelayRig(FreshDatabase database) throws SQLException {
        this.database = database;
        this.address = DatabaseAddress.of(database.jdbcUrl());
        this.settings = RelaySettings.defaults()
                .withSlot("relay_test_" + SLOTS.incrementAndGet())
                .withCanaryInterval(Duration.ofMillis(200))
                .withBackOff(Duration.ofMillis(50), Duration.ofMillis(500));
        PostgresEventLog.migrations().apply(database.dataSource());
        OutboxSchema.migrations().apply(database.dataSource());
        execute("TRUNCATE afterimage.event_log, afterimage.log_source, afterimage.outbox, afterimage.outbox_head");
        execute("UPDATE afterimage.log_head SET position = 0");
        this.log = PostgresEventLog.open(database.dataSource());
    }

    RelayRig init() {
        setup().init();
        return this;
    }

    RelaySetup setup() {
        return new RelaySetup(address, log, settings);
    }

    Relay relay() {
        return relay(DebeziumChangeSource.of(address, settings));
    }

    Relay relay(ChangeSource.Factory sources) {
        var relay = new Relay(address, log, sources, settings);
        relays.add(relay);
        return relay;
    }

    Relay streaming() throws InterruptedException {
        var relay = relay().start();
        if (!relay.await(RelayState.STREAMING, SOON)) {
            throw new AssertionError("not streaming: " + relay.status());
        }
        return relay;
    }

    /** Appends one event in a transaction of its own. */
    void append(String id, String tag, int number) throws SQLException {
        try (var connection = transaction()) {
            outbox.append(connection, Counter.class, id, new CounterEvent.Counted(tag, number));
            connection.commit();
        }
    }

    Connection transaction() throws SQLException {
        var connection = database.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    void execute(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String query(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    /** Everything in the log once it has at least {@code count} events. */
    List<LoggedEvent> logOf(int count) throws InterruptedException {
        if (!log.whole().awaitAfter(new Position(count - 1L), SOON)) {
            throw new AssertionError("the log has %s events after %s, expected %d"
                    .formatted(log.whole().head(), SOON, count));
        }
        return log.whole().readAfter(Position.ZERO, ReadLimits.defaults().withEvents(100_000));
    }

    @Override
    public void close() {
        relays.forEach(Relay::close);
        log.close();
        try {
            execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '%s'"
                    .formatted(settings.slot()));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}

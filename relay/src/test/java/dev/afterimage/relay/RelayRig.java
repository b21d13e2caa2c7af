package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Captured;
import dev.afterimage.domain.EventName;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A database with outbox, log and slot, and relays over it; closing it leaves nothing behind. */
final class RelayRig {

    static final Duration SOON = Duration.ofMinutes(2);

    private static final AtomicInteger SLOTS = new AtomicInteger();

    @Captured(events = CounterEvent.class)
    static final class Counter {}

    sealed interface CounterEvent {
        record Counted(String tag, int number) implements CounterEvent {}

        @EventName(version = 3)
        record Cleared(String why) implements CounterEvent {}
    }

    final DatabaseAddress address;
    final PostgresEventLog log;
    final RelaySettings settings;
    final String slot = "relay_test_" + SLOTS.incrementAndGet();
    final Outbox outbox = Outbox.create();
    private final FreshDatabase database;
    private final List<Relay> relays = new CopyOnWriteArrayList<>();

    /** Starts with an empty log and outbox, and a slot of its own. */
    RelayRig(FreshDatabase database) throws SQLException {
        this.database = database;
        this.address = DatabaseAddress.of(database.jdbcUrl());
        this.settings = RelaySettings.defaults()
                .withSlot(slot)
                .withCanaryInterval(Duration.ofMillis(200))
                .withBackOff(Duration.ofMillis(50), Duration.ofMillis(500));
        PostgresEventLog.migrations().apply(database.dataSource());
        OutboxSchema.migrations().apply(database.dataSource());
        execute(
                "TRUNCATE afterimage.event_log, afterimage.log_source, afterimage.skipped_event, afterimage.outbox, afterimage.outbox_head");
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

    ChangeSource.Factory debezium() {
        return DebeziumChangeSource.of(address, settings);
    }

    Relay relay() {
        return relay(debezium());
    }

    Relay relay(ChangeSource.Factory sources) {
        return relay(sources, settings);
    }

    Relay relay(ChangeSource.Factory sources, RelaySettings settings) {
        var relay = new Relay(address, log, sources, settings);
        relays.add(relay);
        return relay;
    }

    /** Streaming, and after a failure it waits so long that a test can read what its status says. */
    Relay patient() throws InterruptedException {
        var patient = settings.withBackOff(Duration.ofSeconds(1), Duration.ofSeconds(1));
        return await(RelayState.STREAMING, relay(debezium(), patient).start());
    }

    Relay lastRelay() {
        return relays.getLast();
    }

    Relay streaming() throws InterruptedException {
        return streaming(debezium());
    }

    Relay streaming(ChangeSource.Factory sources) throws InterruptedException {
        return await(RelayState.STREAMING, relay(sources).start());
    }

    static Relay await(RelayState state, Relay relay) throws InterruptedException {
        if (!relay.await(state, SOON)) {
            throw new AssertionError("not %s: %s".formatted(state, relay.status()));
        }
        return relay;
    }

    /** Appends one event in a transaction of its own. */
    void append(String id, String tag, int number) throws SQLException {
        try (var connection = transaction()) {
            append(connection, id, tag, number);
            connection.commit();
        }
    }

    void append(Connection transaction, String id, String tag, int number) {
        outbox.append(transaction, Counter.class, id, new CounterEvent.Counted(tag, number));
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

    /** The first column of the first row, as text. */
    String query(String sql) throws SQLException {
        return column(sql).getFirst();
    }

    /** The first column of every row, as text. */
    List<String> column(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        }
    }

    /** What the server says of our slot; empty if it is not there. */
    List<String> slot(String expression) throws SQLException {
        return column("SELECT %s FROM pg_replication_slots WHERE slot_name = '%s'".formatted(expression, slot));
    }

    /** Ends the relay's connection to the slot as a failing network would. */
    void terminateWalSender() throws SQLException {
        execute(
                "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '%s' AND active"
                        .formatted(slot));
    }

    /** Drops our slot, if it is there, as soon as the server has noticed that its reader is gone. */
    void dropSlot() throws Exception {
        var drop =
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '%s' AND NOT active"
                        .formatted(slot);
        Eventually.assertThatSoon("the slot is dropped", () -> {
            execute(drop);
            return slot("slot_name").isEmpty();
        });
    }

    /** Waits as long as the log grows. */
    void awaitHead(long position) throws InterruptedException {
        long head = log.whole().head().value();
        while (head < position) {
            if (!log.whole().awaitAfter(new Position(head), SOON)) {
                throw new AssertionError("the log stands at %d of %d".formatted(head, position));
            }
            head = log.whole().head().value();
        }
    }

    /** Everything in the log once it has at least {@code count} events. */
    List<LoggedEvent> logOf(int count) throws InterruptedException {
        if (!log.whole().awaitAfter(new Position(count - 1L), SOON)) {
            throw new AssertionError("the log has %s events after %s, expected %d; relays: %s"
                    .formatted(
                            log.whole().head(),
                            SOON,
                            count,
                            relays.stream().map(Relay::status).toList()));
        }
        return log.whole()
                .readAfter(Position.ZERO, ReadLimits.defaults().withEvents(500_000))
                .events();
    }

    /** After the events a1 before, and a2 and b1 while the relay could not see them. */
    void assertRepairBringsWhatWasMissed(Relay refused) throws Exception {
        assertThat(refused.status().message()).contains("run ./afterimage repair");
        append("a", "while refused", 3);
        setup().repair();
        await(RelayState.STREAMING, refused);
        append("a", "after", 4);
        assertThat(payloadsOf(5).stream().filter(payload -> !payload.equals("missed 1")))
                .containsExactly("before 1", "missed 2", "while refused 3", "after 4");
    }

    /** The payloads of {@link #logOf} as {@code tag number}. */
    List<String> payloadsOf(int count) throws InterruptedException {
        return payloads(logOf(count));
    }

    static List<String> payloads(List<LoggedEvent> logged) {
        return logged.stream()
                .map(event -> event.event().payload().replaceAll("\\{\"tag\":\"(.*)\",\"number\":(\\d+)}", "$1 $2"))
                .toList();
    }

    /**
     * Closes every relay, drops the slot, and closes the log beside the next test: its listener takes half a second.
     */
    void close() throws Exception {
        relays.forEach(Relay::close);
        Thread.ofVirtual().start(log::close);
        dropSlot();
    }
}

package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QuietLogTest {

    private static final int EVENTS = 5_000;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void starting_streaming_and_closing_warn_of_nothing() throws Exception {
        try (var log = new LibraryLog(Level.WARN)) {
            for (int start = 0; start < 3; start++) {
                var relay = rig.streaming();
                appendMany(start);
                rig.logOf((start + 1) * EVENTS);
                relay.close();
            }

            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void closing_while_writers_write_warns_of_nothing() throws Exception {
        var writing = new AtomicBoolean(true);
        try (var writer = Executors.newSingleThreadExecutor();
                var log = new LibraryLog(Level.WARN)) {
            var written = writer.submit(() -> {
                for (int i = 0; writing.get(); i++) {
                    rig.append("a", "a", i);
                }
                return true;
            });
            try {
                for (int start = 0; start < 8; start++) {
                    rig.streaming().close();
                }
            } finally {
                writing.set(false);
            }

            assertThat(written.get()).isTrue();
            assertThat(log.lines()).isEmpty();
        }
    }

    private void appendMany(int start) throws Exception {
        try (var connection = rig.transaction()) {
            var events = new Object[EVENTS];
            for (int i = 0; i < EVENTS; i++) {
                events[i] = new RelayRig.CounterEvent.Counted("many", i);
            }
            rig.outbox.append(connection, RelayRig.Counter.class, "many" + start, events);
            connection.commit();
        }
    }

    @Test
    void a_password_is_in_no_line_of_any_level() throws Exception {
        rig.execute("CREATE ROLE logged LOGIN REPLICATION SUPERUSER PASSWORD 'hunter2-of-the-relay'");
        var url = database.jdbcUrl().replaceAll("[?].*", "?user=logged&password=hunter2-of-the-relay");
        var address = DatabaseAddress.of(url);
        try (var log = new LibraryLog(Level.TRACE)) {
            var source = DebeziumChangeSource.of(address, rig.settings);
            var relay = new Relay(address, rig.log, source, rig.settings);
            RelayRig.await(RelayState.STREAMING, relay.start());
            rig.append("a", "a", 1);
            rig.logOf(1);
            relay.close();

            assertThat(log.lines()).hasSizeGreaterThan(100).noneMatch(line -> line.contains("hunter2"));
        } finally {
            rig.execute("DROP ROLE logged");
        }
    }
}

package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.relay.RelayRig.Counter;
import dev.afterimage.relay.RelayRig.CounterEvent.Cleared;
import dev.afterimage.relay.RelayRig.CounterEvent.Counted;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CaptureTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
        rig.streaming();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void a_committed_event_reaches_the_log_with_everything_it_was_recorded_with() throws Exception {
        var now = Instant.parse("2026-10-04T16:30:00.123456Z");
        var metadata = Metadata.of(Metadata.CORRELATION_ID, "ü \"1\" \\ \n").with("empty", "");
        var outbox = rig.outbox.withClock(InstantSource.fixed(now)).withMetadata(metadata);
        try (var transaction = rig.transaction()) {
            outbox.append(transaction, Counter.class, "c '1'", new Counted("first", 1));
            var appended = outbox.append(transaction, Counter.class, "c '1'", new Cleared("tab \t, nul \0, ü 🎉"));
            transaction.commit();

            var logged = rig.logOf(2).getLast();
            assertThat(logged.position()).isEqualTo(new Position(2));
            assertThat(logged.event())
                    .isEqualTo(new RecordedEvent(
                            appended.token().lastEvent(),
                            new AggregateRef("counter", "c '1'"),
                            2,
                            new EventType("cleared", 3),
                            "{\"why\":\"tab \\t, nul \\u0000, ü 🎉\"}",
                            metadata,
                            now));
        }
    }

    @Test
    void a_payload_that_was_written_by_sql_reaches_the_log_byte_for_byte() throws Exception {
        var payload = "{ \"number\" : 1.50 ,\t\"tag\":\"x\",\n\"number\":1e3 }";
        rig.execute("""
                INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version,
                  payload, occurred_at)
                VALUES (gen_random_uuid(), 'counter', 'sql', 1, 'counted', 1, '%s', now())""".formatted(payload));

        assertThat(rig.logOf(1).getFirst().event().payload()).isEqualTo(payload);
    }

    @Test
    void the_log_is_in_the_order_of_commits_not_of_ids() throws Exception {
        try (var first = rig.transaction();
                var second = rig.transaction()) {
            rig.append(first, "a", "begun first", 1);
            rig.append(second, "b", "committed first", 1);
            second.commit();
            rig.append(first, "a", "begun first", 2);
            first.commit();
        }

        assertThat(rig.payloadsOf(3)).containsExactly("committed first 1", "begun first 1", "begun first 2");
    }
}

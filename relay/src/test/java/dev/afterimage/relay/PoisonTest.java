package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What cannot be appended is named, nothing after it is passed over, and an operator's decision lets the relay go on.
 */
class PoisonTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    /** Whatever a database of before could hold that had fewer checks. */
    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database);
        for (var check : rig.column(
                "SELECT conname FROM pg_constraint WHERE conrelid = 'afterimage.outbox'::regclass AND contype = 'c'")) {
            rig.execute("ALTER TABLE afterimage.outbox DROP CONSTRAINT " + check);
        }
        rig.init();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("'a'", "'[1]'", "now()", "Metadata"),
                Arguments.of("'a'", "'null'", "now()", "Metadata"),
                Arguments.of("'a'", "'{\"a\":{}}'", "now()", "Metadata"),
                Arguments.of("' '", "NULL", "now()", "id of counter"),
                Arguments.of("'a'", "NULL", "'infinity'", "occurred_at"),
                Arguments.of("'a'", "NULL", "'12000-01-01'", "occurred_at"),
                Arguments.of("'a'", "NULL", "'0044-03-15 BC'", "occurred_at"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void a_row_that_cannot_be_read_is_refused_by_name_and_left_out_when_an_operator_says_so(
            String aggregate, String metadata, String occurredAt, String problem) throws Exception {
        rig.append("before", "before", 1);
        var relay = rig.relay(rig.debezium(), rig.settings).start();
        var id = insert(aggregate, metadata, occurredAt);
        rig.append("a", "after", 2);

        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.UNREADABLE_CHANGE);
        assertThat(relay.status().message())
                .contains("counted " + id, "cannot be read", problem, "./afterimage skip-event " + id + " --reason");
        assertThat(rig.payloadsOf(1)).containsExactly("before 1");
        rig.setup().skip(id, "a test made it");
        var log = rig.logOf(aggregate.equals("' '") ? 2 : 3);

        assertThat(log.get(1).event().id()).isEqualTo(id);
        assertThat(log.get(1).skipped()).contains("a test made it");
        if (!aggregate.equals("' '")) {
            assertThat(RelayRig.payloads(log)).last().isEqualTo("after 2");
        }
    }

    private EventId insert(String aggregate, String metadata, String occurredAt) throws Exception {
        var id = EventId.next();
        rig.execute("""
                INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, metadata, sequence, event_name,
                  event_version, payload, occurred_at)
                VALUES ('%s', 'counter', %s, %s, 1, 'counted', 1, '{}', %s)""".formatted(id, aggregate, metadata, occurredAt));
        rig.execute("INSERT INTO afterimage.outbox_head VALUES ('counter', %s, 1)".formatted(aggregate));
        return id;
    }

    @Test
    void repair_names_what_it_cannot_read_and_leaves_it_out_when_an_operator_says_so() throws Exception {
        rig.dropSlot();
        var id = insert("'a'", "'[1]'", "now()");
        rig.append("a", "after", 2);

        assertThatThrownBy(() -> rig.setup().repair())
                .isInstanceOfSatisfying(
                        RelayRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.UNREADABLE_CHANGE))
                .hasMessageContaining("./afterimage skip-event " + id);
        rig.setup().skip(id, "a test made it");
        assertThat(rig.setup().repair()).isEqualTo(2);
        assertThat(rig.logOf(2).getFirst().isSkipped()).isTrue();
    }

    @Test
    void an_event_without_its_predecessor_is_refused_until_repair_or_a_decision() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "first", 1);
        rig.logOf(1);
        rig.execute("UPDATE afterimage.outbox_head SET sequence = 3");
        rig.append("b", "other", 1);
        rig.append("a", "fifth", 4);

        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.OUT_OF_SEQUENCE);
        assertThat(relay.status().message()).contains("counter a #4", "./afterimage skip-event --lost counter a 2..3");
        assertThat(rig.payloadsOf(2)).containsExactly("first 1", "other 1");
        rig.setup().skipLost(new AggregateRef("counter", "a"), 2, 3, "lost for good");

        assertThat(rig.payloadsOf(3)).containsExactly("first 1", "other 1", "fifth 4");
        rig.append("a", "next", 5);
        rig.logOf(4);
    }

    /** What an outbox's message says to do, if somebody has deleted rows of it. */
    @Test
    void a_row_that_was_deleted_and_put_back_is_no_repetition() throws Exception {
        rig.streaming();
        rig.append("a", "first", 1);
        rig.logOf(1);
        rig.execute("CREATE TEMPORARY TABLE saved AS TABLE afterimage.outbox; DELETE FROM afterimage.outbox; "
                + "INSERT INTO afterimage.outbox TABLE saved");
        rig.append("a", "second", 2);

        assertThat(rig.payloadsOf(2)).containsExactly("first 1", "second 2");
    }

    /** As a range of sequences it would be more than skip-event takes. */
    @Test
    void an_event_with_a_sequence_far_too_high_is_left_out_with_the_command_that_the_refusal_names() throws Exception {
        var relay = rig.streaming();
        rig.append("b", "other", 1);
        rig.execute("INSERT INTO afterimage.outbox_head VALUES ('counter', 'a', 9223372036854775806)");
        rig.append("a", "last", 1);

        RelayRig.await(RelayState.REFUSED, relay);
        var id = EventId.parse(rig.query("SELECT event_id FROM afterimage.outbox WHERE aggregate_id = 'a'"));
        assertThat(relay.status().message())
                .endsWith("./afterimage skip-event %s --reason 'wrong sequence'".formatted(id));
        rig.setup().skip(id, "wrong sequence");
        rig.append("b", "next", 2);
        assertThat(RelayRig.payloads(rig.logOf(3))).last().isEqualTo("next 2");
    }

    @Test
    void only_events_that_nobody_has_are_given_up() throws Exception {
        rig.streaming();
        var a = new AggregateRef("counter", "a");
        rig.append("a", "first", 1);
        rig.logOf(1);
        rig.lastRelay().close();
        rig.append("a", "second", 2);

        assertThatThrownBy(() -> rig.setup().skipLost(a, 1, 1, "it is in the log"))
                .hasMessageContaining("(counter a #1) is not lost: the log has it at position 1");
        assertThatThrownBy(() -> rig.setup().skipLost(a, 2, 2, "it is on its way"))
                .hasMessageContaining("(counter a #2) is not lost: the outbox has it");
        assertThatThrownBy(() -> rig.setup().skipLost(a, 3, 9, "it never was"))
                .hasMessageContaining(
                        "counter a #9 is not lost: the outbox has given this aggregate 2 sequences so far");
        assertThat(rig.query("SELECT count(*) FROM afterimage.skipped_event")).isEqualTo("0");
    }

    @Test
    void a_second_event_with_the_same_sequence_is_refused_until_a_decision() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "first", 1);
        rig.logOf(1);
        rig.execute("DELETE FROM afterimage.outbox_head");
        rig.append("a", "again", 1);

        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.OUT_OF_SEQUENCE);
        var again =
                EventId.parse(rig.query("SELECT event_id FROM afterimage.outbox WHERE payload::text LIKE '%again%'"));
        assertThat(relay.status().message()).contains(again.toString());
        rig.setup().skip(again, "a repetition");
        var log = rig.logOf(2);
        assertThat(log.getLast().event().id()).isEqualTo(again);
        assertThat(log.getLast().isSkipped()).isTrue();
        rig.append("a", "next", 2);
        assertThat(rig.payloadsOf(3)).last().isEqualTo("next 2");
    }

    @Test
    void a_decision_survives_a_restart_in_the_middle() throws Exception {
        var id = insert("'a'", "'[1]'", "now()");
        rig.setup().skip(id, "a test made it");
        var relay = rig.streaming(DisturbedSources.atDelivery(1, rig.debezium(), (changes, receiver) -> {
            receiver.receive(changes);
            throw new IllegalStateException("crash after the append");
        }));
        rig.logOf(1);
        rig.append("a", "after", 2);

        assertThat(rig.logOf(2)).extracting(logged -> logged.isSkipped()).containsExactly(true, false);
        assertThat(relay.status().refusal()).isEmpty();
    }
}

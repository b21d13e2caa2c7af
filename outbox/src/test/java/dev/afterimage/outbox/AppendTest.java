package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent;
import dev.afterimage.outbox.OutboxRig.OrderEvent.LineAdded;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Noted;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppendTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
    }

    @Test
    void an_event_is_recorded_with_its_envelope() throws Exception {
        var outbox = rig.outbox
                .withClock(InstantSource.fixed(Instant.parse("2026-02-03T04:05:06.789012Z")))
                .withMetadata(Metadata.of(Metadata.CORRELATION_ID, "c \"1\"").with(Metadata.CAUSATION_ID, "command 7"));

        var appended = rig.committed(tx -> outbox.append(tx, Order.class, "o-1", new LineAdded(5, 2)));

        assertThat(rig.value("""
                SELECT concat_ws('|', event_id, aggregate_type, aggregate_id, sequence, event_name, event_version,
                  payload, metadata, occurred_at AT TIME ZONE 'UTC')
                FROM afterimage.outbox"""))
                .isEqualTo(
                        "%s|order|o-1|1|line-added|2|{\"product\":5,\"quantity\":2}|{\"causationId\":\"command 7\",\"correlationId\":\"c \\\"1\\\"\"}|2026-02-03 04:05:06.789012"
                                .formatted(appended.token()));
        assertThat(
                        rig.value(
                                "SELECT (transaction_id < pg_snapshot_xmin(pg_current_snapshot()))::text FROM afterimage.outbox"))
                .isEqualTo("true");
    }

    @Test
    void an_event_without_metadata_has_null_there() throws Exception {
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", new Placed("ann")));

        assertThat(rig.value("SELECT metadata FROM afterimage.outbox")).isEqualTo("null");
    }

    @Test
    void several_events_keep_their_order_and_the_token_names_the_last() throws Exception {
        var appended = rig.committed(tx -> rig.outbox.append(
                tx,
                Order.class,
                "o-1",
                new Placed("ann"),
                new LineAdded(2, 1),
                new LineAdded(1, 1),
                new Placed("bob")));

        assertThat(appended.firstSequence()).isEqualTo(1);
        assertThat(appended.lastSequence()).isEqualTo(4);
        assertThat(rig.payloads("o-1"))
                .containsExactly(
                        "{\"customer\":\"ann\"}",
                        "{\"product\":2,\"quantity\":1}",
                        "{\"product\":1,\"quantity\":1}",
                        "{\"customer\":\"bob\"}");
        assertThat(rig.column("SELECT event_id FROM afterimage.outbox ORDER BY sequence"))
                .isSorted()
                .last()
                .isEqualTo(appended.token().toString());
    }

    @Test
    void events_may_be_given_as_a_list_a_set_an_array_or_a_stream() throws Exception {
        List<OrderEvent> list = List.of(new Placed("ann"), new LineAdded(1, 1));
        var set = new LinkedHashSet<OrderEvent>(List.of(new LineAdded(2, 1)));
        OrderEvent[] array = {new LineAdded(3, 1), new LineAdded(4, 1)};

        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", list));
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", set));
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", (Object) array));
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", Stream.of(new LineAdded(5, 1))));
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", List.of(), new LineAdded(6, 1), list));

        assertThat(rig.payloads("o-1")).hasSize(9).last().isEqualTo("{\"product\":1,\"quantity\":1}");
    }

    @Test
    void rows_are_inserted_in_the_order_of_their_sequences() throws Exception {
        var events = new Object[200];
        for (int i = 0; i < events.length; i++) {
            events[i] = new LineAdded(i, i);
        }
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", events));

        assertThat(rig.column("SELECT (payload ->> 'product') FROM afterimage.outbox ORDER BY ctid"))
                .hasSize(200)
                .isEqualTo(rig.column("SELECT n FROM generate_series(0, 199) n"));
    }

    @Test
    void what_is_rolled_back_leaves_nothing_and_no_gap() throws Exception {
        try (var transaction = rig.transaction()) {
            rig.outbox.append(transaction, Order.class, "o-1", new Placed("ann"));
            transaction.rollback();
        }

        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo("0");
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox_head")).isEqualTo("0");
        var appended = rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", new Placed("bob")));
        assertThat(appended.firstSequence()).isEqualTo(1);
    }

    @Test
    void nothing_is_visible_to_others_before_the_caller_commits() throws Exception {
        try (var transaction = rig.transaction()) {
            rig.outbox.append(transaction, Order.class, "o-1", new Placed("ann"));

            assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo("0");
            transaction.commit();
            assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo("1");
        }
    }

    @Test
    void a_jooq_transaction_commits_events_with_its_rows_and_rolls_both_back() throws Exception {
        rig.execute("CREATE TABLE IF NOT EXISTS purchase (id text); TRUNCATE purchase");
        var jooq = DSL.using(database.dataSource(), SQLDialect.POSTGRES);

        jooq.transaction(tx -> {
            tx.dsl().execute("INSERT INTO purchase VALUES ('o-1')");
            rig.outbox.append(tx.dsl(), Order.class, "o-1", new Placed("ann"));
        });
        try {
            jooq.transaction(tx -> {
                tx.dsl().execute("INSERT INTO purchase VALUES ('o-2')");
                rig.outbox.append(tx.dsl(), Order.class, "o-2", new Placed("bob"));
                throw new IllegalStateException("changed my mind");
            });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("changed my mind");
        }

        assertThat(rig.column("SELECT id FROM purchase")).containsExactly("o-1");
        assertThat(rig.column("SELECT aggregate_id FROM afterimage.outbox")).containsExactly("o-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o'1",
                "\"; DROP TABLE afterimage.outbox; --",
                "ü 漢字 🎉",
                "{a,b}",
                "\\",
                "a\tb\nc",
                "NULL",
                " leading and trailing ",
                "?"
            })
    void an_id_may_be_any_text(String id) throws Exception {
        rig.committed(tx -> rig.outbox.append(tx, Order.class, id, new Placed("ann")));
        var next = rig.committed(tx -> rig.outbox.appendExpecting(tx, Order.class, id, 1, new Placed("bob")));

        assertThat(next).isInstanceOf(Appended.class);
        assertThat(rig.column("SELECT DISTINCT aggregate_id FROM afterimage.outbox"))
                .containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nul \0 in the middle",
                "quotes \" ' backslash \\ tab \t line \n",
                "{\"a\",NULL,\\N}",
                "ü 漢字 🎉 \u2028",
                ""
            })
    void a_text_in_an_event_comes_back_as_it_was(String text) throws Exception {
        rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", new Noted(text)));

        assertThat(new JacksonEventCodec().decode(rig.payloads("o-1").getFirst(), Noted.class))
                .isEqualTo(new Noted(text));
    }
}

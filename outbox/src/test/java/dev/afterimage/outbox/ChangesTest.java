package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Metadata;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.AppendResult.Conflict;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.LineAdded;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import dev.afterimage.outbox.OutboxRig.Stock;
import dev.afterimage.outbox.OutboxRig.StockEvent.Reserved;
import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events of several aggregates in one append. */
class ChangesTest {

    private static final AggregateRef ORDER = new AggregateRef("order", "o-1");
    private static final AggregateRef STOCK = new AggregateRef("stock", "s-1");

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
    }

    @Test
    void events_are_recorded_in_the_order_given_each_numbered_in_its_aggregate() throws Exception {
        rig.committed(tx -> rig.outbox.append(tx, Stock.class, "s-1", new Reserved(9)));

        var appended = append(Changes.of(Stock.class, "s-1", new Reserved(1))
                .and(Order.class, "o-1", new Placed("ann"), new LineAdded(1, 1))
                .and(Stock.class, "s-0", List.of(new Reserved(2)))
                .and(Stock.class, "s-1", new Reserved(3))
                .and(Order.class, "o-1", new LineAdded(2, 1)));

        var rows = "SELECT concat_ws(' ', aggregate_id, sequence, event_name) FROM afterimage.outbox ORDER BY ";
        assertThat(rig.column(rows + "ctid"))
                .containsExactly(
                        "s-1 1 reserved",
                        "s-1 2 reserved",
                        "o-1 1 placed",
                        "o-1 2 line-added",
                        "s-0 1 reserved",
                        "s-1 3 reserved",
                        "o-1 3 line-added")
                .isEqualTo(rig.column(rows + "event_id"));
        assertThat(appended.aggregates())
                .extracting(Appended::aggregate)
                .containsExactly(STOCK, ORDER, new AggregateRef("stock", "s-0"));
        assertThat(appended.of(STOCK)).hasValueSatisfying(stock -> {
            assertThat(stock.firstSequence()).isEqualTo(2);
            assertThat(stock.lastSequence()).isEqualTo(3);
        });
    }

    @Test
    void the_token_names_the_last_event_and_each_aggregate_has_one_too() throws Exception {
        var appended =
                append(Changes.of(Order.class, "o-1", new Placed("ann")).and(Stock.class, "s-1", new Reserved(1)));

        assertThat(appended.token()).hasToString(eventOf(STOCK, 1));
        assertThat(appended.of(STOCK).orElseThrow().token()).isEqualTo(appended.token());
        assertThat(appended.of(ORDER).orElseThrow().token()).hasToString(eventOf(ORDER, 1));
        assertThat(appended.of(new AggregateRef("order", "o-2"))).isEmpty();
    }

    private String eventOf(AggregateRef aggregate, long sequence) throws Exception {
        return rig.value("SELECT event_id FROM afterimage.outbox WHERE aggregate_id = '%s' AND sequence = %d"
                .formatted(aggregate.id(), sequence));
    }

    @Test
    void the_heads_are_those_of_single_appends() throws Exception {
        append(Changes.of(Order.class, "o-1", new Placed("ann"), new LineAdded(1, 1))
                .and(Stock.class, "s-1", new Reserved(1)));

        var order = rig.committed(tx -> rig.outbox.append(tx, Order.class, "o-1", new LineAdded(2, 1)));

        assertThat(order.firstSequence()).isEqualTo(3);
        assertThat(rig.column("SELECT sequence FROM afterimage.outbox_head ORDER BY aggregate_type"))
                .containsExactly("3", "1");
    }

    @Test
    void all_events_have_the_metadata_and_the_time_of_their_append() throws Exception {
        var outbox = rig.outbox.withMetadata(Metadata.of(Metadata.CORRELATION_ID, "c-1"));

        rig.committed(tx -> outbox.append(
                tx, Changes.of(Order.class, "o-1", new Placed("ann")).and(Stock.class, "s-1", new Reserved(1))));

        assertThat(rig.column("SELECT metadata FROM afterimage.outbox")).containsOnly("{\"correlationId\":\"c-1\"}");
        assertThat(rig.column("SELECT DISTINCT occurred_at FROM afterimage.outbox"))
                .hasSize(1);
    }

    @Test
    void what_is_rolled_back_leaves_nothing() throws Exception {
        try (var transaction = rig.transaction()) {
            rig.outbox.append(transaction, Changes.of(Order.class, "o-1", new Placed("ann")));
            transaction.rollback();
        }

        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox_head")).isEqualTo("0");
    }

    @Test
    void expected_sequences_are_met_all_of_them() {
        var first = appendExpecting(Changes.of(Order.class, "o-1", new Placed("ann"))
                .expecting(0)
                .and(Stock.class, "s-1", new Reserved(1))
                .expecting(0));
        var second = appendExpecting(Changes.of(Order.class, "o-1", new LineAdded(1, 1))
                .expecting(1)
                .and(Stock.class, "s-1", new Reserved(1)));

        assertThat(first).isInstanceOf(AppendedChanges.class);
        assertThat(second)
                .isInstanceOfSatisfying(
                        AppendedChanges.class,
                        appended -> assertThat(appended.aggregates())
                                .extracting(Appended::lastSequence)
                                .containsExactly(2L, 2L));
    }

    @Test
    void one_conflict_among_them_records_nothing_and_moves_no_head() throws Exception {
        append(Changes.of(Order.class, "o-1", new Placed("ann")));

        var result = appendExpecting(Changes.of(Order.class, "o-1", new LineAdded(1, 1), new LineAdded(2, 1))
                .expecting(1)
                .and(Order.class, "new", new Placed("bob"))
                .expecting(7)
                .and(Stock.class, "s-1", new Reserved(1), new Reserved(2)));

        assertThat(result)
                .isEqualTo(new ChangesResult.Conflicts(List.of(new Conflict(new AggregateRef("order", "new"), 7, 0))));
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo("1");
        assertThat(rig.column("SELECT aggregate_id || ' ' || sequence FROM afterimage.outbox_head"))
                .containsExactly("o-1 1");
    }

    @Test
    void after_a_conflict_the_transaction_goes_on() throws Exception {
        append(Changes.of(Order.class, "o-1", new Placed("ann")));
        try (var transaction = rig.transaction()) {
            var changes = Changes.of(Stock.class, "s-1", new Reserved(1)).and(Order.class, "o-1", new LineAdded(1, 1));

            assertThat(rig.outbox.appendExpecting(transaction, changes.expecting(0)))
                    .isEqualTo(new ChangesResult.Conflicts(List.of(new Conflict(ORDER, 0, 1))));
            assertThat(rig.outbox.appendExpecting(transaction, changes.expecting(1)))
                    .isInstanceOf(AppendedChanges.class);
            transaction.commit();
        }

        assertThat(rig.column("SELECT aggregate_id || ' ' || sequence FROM afterimage.outbox ORDER BY event_id"))
                .containsExactly("o-1 1", "s-1 1", "o-1 2");
    }

    @Test
    void an_expectation_is_about_the_aggregate_before_all_of_the_changes() {
        var changes = Changes.of(Order.class, "o-1", new Placed("ann"))
                .expecting(0)
                .and(Order.class, "o-1", new LineAdded(1, 1));

        assertThatThrownBy(() -> appendExpecting(changes.expecting(1)))
                .hasMessage(
                        "append to order o-1: the changes expect it at 0 and at 1: it has one sequence before them");
        assertThat(appendExpecting(changes)).isInstanceOf(AppendedChanges.class);
    }

    @Test
    void they_work_in_a_jooq_transaction_too() throws Exception {
        var jooq = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
        var changes = Changes.of(Order.class, "o-1", new Placed("ann"));

        jooq.transaction(tx -> rig.outbox.append(tx.dsl(), changes));
        ChangesResult second = jooq.transactionResult(tx -> rig.outbox.appendExpecting(tx.dsl(), changes.expecting(0)));

        assertThat(second).isInstanceOf(ChangesResult.Conflicts.class);
        assertThat(rig.value("SELECT count(*) FROM afterimage.outbox")).isEqualTo("1");
    }

    @Test
    void changes_that_cannot_be_recorded_are_refused_with_what_to_do() {
        assertThatThrownBy(() -> append(Changes.none())).hasMessageContaining("name at least one aggregate");
        assertThatThrownBy(() -> Changes.none().expecting(0)).hasMessageContaining("name one with and(…) first");
        assertThatThrownBy(() -> Changes.of(Order.class, "o-1").expecting(-1))
                .hasMessage("expected sequence must be 0 or more, was -1");
        assertThatThrownBy(() ->
                        append(Changes.of(Order.class, "o-1", new Placed("ann")).expecting(0)))
                .hasMessage("append to order o-1: the changes expect a sequence: use appendExpecting");
        assertThatThrownBy(() -> append(
                        Changes.of(Order.class, "o-1", new Placed("ann")).and(Stock.class, "s-1", new Placed("ann"))))
                .hasMessageContaining("append to stock s-1")
                .hasMessageContaining("is not an event of");
        assertThatThrownBy(() -> append(Changes.of(Order.class, "o-1"))).hasMessageContaining("no events were given");
    }

    @Test
    void the_same_changes_can_be_appended_again_whatever_their_events_came_in() throws Exception {
        var changes = Changes.of(Order.class, "o-1", List.of(new Placed("ann")).stream());
        append(changes);
        append(changes);

        assertThat(rig.payloads("o-1")).hasSize(2);
    }

    private AppendedChanges append(Changes changes) {
        return rig.committed(tx -> rig.outbox.append(tx, changes));
    }

    private ChangesResult appendExpecting(Changes changes) {
        return rig.committed(tx -> rig.outbox.appendExpecting(tx, changes));
    }
}

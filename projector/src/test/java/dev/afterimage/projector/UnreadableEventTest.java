package dev.afterimage.projector;

import static dev.afterimage.projector.ProjectorRig.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An event that this code cannot read stops those projections that should get it, and no others. */
class UnreadableEventTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
        rig.append(new Deposited("a1", "1"));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Of the whole family, of one record of it, and of another family, in this order. */
    private Projector startAll(Class<? extends AccountEvent> single) {
        return rig.start(Accounts.projection(), Tallies.projection(single, event -> {}), StockTable.projection());
    }

    private void append(RecordedEvent unreadable) {
        rig.appendRecorded(unreadable);
        rig.append(new Deposited("a1", "2"), new Renamed("a1", "x"), new StockEvent.Counted("nut", 3));
    }

    private void assertStopped(Projector projector, String projection, String reason) {
        assertThat(ProjectorRig.awaitState(projector, projection, RunState.STOPPED)
                        .message())
                .startsWith(projection + " v1 stopped at position 2: ")
                .contains(reason);
        assertThat(rig.position(projection)).isEqualTo(1);
    }

    @Test
    void an_event_of_an_unknown_name_stops_who_handles_the_family_and_not_who_handles_one_record_of_it() {
        append(stored("account", "a1", new EventType("frozen", 1), "{}"));

        var projector = startAll(Deposited.class);

        assertStopped(projector, "accounts", "no class of AccountEvent is named frozen");
        rig.drain(projector, "tallies", "stock");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,3)");
        assertThat(rig.rowsOf("stock")).containsExactly("(nut,3)");
    }

    @Test
    void a_payload_of_another_shape_stops_who_handles_that_record() {
        append(stored(
                "account", "a1", new EventType("renamed", 2), "{\"account\":\"a1\",\"status\":{\"text\":\"x\"}}"));

        var projector = startAll(Renamed.class);

        assertStopped(projector, "accounts", "payload is not a Renamed: ");
        assertStopped(projector, "tallies", "payload is not a Renamed: ");
        rig.drain(projector, "stock");
    }

    @Test
    void a_payload_of_another_shape_does_not_stop_who_handles_other_records() {
        append(stored("account", "a1", new EventType("renamed", 2), "not even JSON"));

        var projector = startAll(Deposited.class);

        assertStopped(projector, "accounts", "payload is not a Renamed: ");
        rig.drain(projector, "tallies", "stock");
    }

    @Test
    void an_event_of_a_newer_version_stops_who_handles_it() {
        append(stored("account", "a1", new EventType("renamed", 3), "{\"account\":\"a1\",\"status\":\"x\"}"));

        var projector = startAll(Deposited.class);

        assertStopped(projector, "accounts", "it is version 3 of renamed and this code knows up to version 2");
        rig.drain(projector, "tallies", "stock");
    }

    @Test
    void an_event_of_an_older_version_is_folded() {
        append(stored("account", "a1", new EventType("renamed", 1), "{\"account\":\"a9\",\"status\":\"old\"}"));

        rig.drain(startAll(Renamed.class), "accounts", "tallies", "stock");

        assertThat(rig.rowsOf("account")).containsExactly("(a1,,3,2,x)", "(a9,,0,0,old)");
    }

    @Test
    void an_event_of_an_unknown_aggregate_stops_nobody() {
        append(stored("shipment", "s1", new EventType("sent", 1), "{}"));

        var projector = startAll(Renamed.class);
        rig.drain(projector, "accounts", "tallies", "stock");

        assertThat(projector.status()).extracting(ProjectionStatus::state).containsOnly(RunState.RUNNING);
    }

    @Test
    void a_codec_that_fails_in_a_way_of_its_own_stops_who_handles_that_event_and_nobody_else() {
        var codec = new EventCodec() {
            @Override
            public String encode(Object event) {
                throw new UnsupportedOperationException();
            }

            @Override
            public <E> E decode(String payload, Class<E> shape) {
                if (shape == Renamed.class) {
                    throw new IllegalStateException("the codec does not like it");
                }
                return new JacksonEventCodec().decode(payload, shape);
            }
        };
        append(stored("account", "a1", new EventType("renamed", 2), "{\"account\":\"a1\",\"status\":\"x\"}"));

        var projector = rig.start(
                new EventDecoder(ProjectorRig.CATALOG, codec),
                Accounts.projection(),
                Tallies.projection(Deposited.class, event -> {}),
                StockTable.projection());

        assertStopped(
                projector, "accounts", "its codec failed: java.lang.IllegalStateException: the codec does not like it");
        rig.drain(projector, "tallies", "stock");
    }

    @Test
    void an_unknown_event_among_many_others_stops_right_before_it() {
        var events = AccountsModel.randomEvents(41, 200, 8);
        rig.append(events.subList(0, 150));
        rig.appendRecorded(stored("account", "a1", new EventType("frozen", 1), "{}"));
        rig.append(events.subList(150, 200));

        var projector = rig.start(Accounts.projection());
        var status = ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED);

        assertThat(status.message()).startsWith("accounts v1 stopped at position 152: frozen ");
        var folded = new ArrayList<AccountEvent>();
        folded.add(new Deposited("a1", "1"));
        folded.addAll(events.subList(0, 150));
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(folded));
    }
}

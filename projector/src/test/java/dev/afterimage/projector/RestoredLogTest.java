package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.projector.step.OutdatedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log that is restored back in time without the read models gives their positions to other events. */
class RestoredLogTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** The log as the source has it: what it lacks comes to its end. */
    private void reconcile(TestEvent... missing) {
        var ids = new ArrayList<>(rig
                .sql
                .resultQuery("SELECT event_id::text FROM afterimage.event_log ORDER BY position")
                .fetchInto(String.class)
                .stream()
                .map(EventId::parse)
                .toList());
        var added = rig.recordedNext(missing);
        added.forEach(event -> ids.add(event.id()));
        try (var reconciliation = rig.log.sources().reconcile("test", note -> {})) {
            reconciliation.known(ids.iterator());
            reconciliation.add(LogEntry.all(added).iterator());
            reconciliation.finish(SourceMark.of(""), Phantoms.REFUSE);
        }
    }

    private void awaitRebuilt(Projector projector) {
        Waiting.until(
                () -> Optional.of(rig.active("tallies")).filter(active -> active.number() == 2),
                () -> projector.status().toString());
        rig.drain(projector, "tallies");
    }

    @Test
    void a_version_is_rebuilt_that_folded_what_a_repair_put_elsewhere() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        var copy = LogCopy.of(rig);
        rig.append(new Deposited("a2", "1"));
        rig.drain(projector, "tallies");

        projector.close();
        copy.restore();
        reconcile(new Renamed("a3", "x"), new Deposited("a4", "1"));
        awaitRebuilt(rig.projector(ProjectorRig.SETTINGS, Tallies.projection()).start());

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,3)", "(Renamed,1,2)");
    }

    @Test
    void a_running_version_is_rebuilt_where_an_event_took_the_place_of_another() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        var copy = LogCopy.of(rig);
        rig.append(new Deposited("a2", "1"));
        rig.drain(projector, "tallies");

        rig.claimAfter(copy::restore);
        rig.append(new Renamed("a3", "x"), new Renamed("a4", "x"));
        awaitRebuilt(projector);

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,1)", "(Renamed,2,3)");
    }

    @Test
    void the_last_event_is_compared_by_whoever_takes_a_version_over() {
        rig.append(new Deposited("a1", "1"));
        var copy = LogCopy.of(rig);
        rig.append(new Deposited("a2", "1"));
        rig.fold(Tallies.projection());
        rig.claimAfter(copy::restore);
        rig.append(new Renamed("a3", "x"));

        assertThatThrownBy(() -> rig.fold(Tallies.projection()))
                .isInstanceOf(OutdatedException.class)
                .hasMessageContaining("tallies v1 is at position 2 and the log has ")
                .hasMessageContaining("restored back in time");
    }

    @Test
    void a_version_without_a_recorded_event_takes_that_of_the_log() {
        rig.append(new Deposited("a1", "1"));
        rig.fold(Tallies.projection());
        rig.sql.execute("UPDATE afterimage.checkpoint SET last_event = NULL, last_event_position = NULL");
        rig.append(new Deposited("a1", "1"));
        rig.fold(Tallies.projection());

        assertThat(
                        rig.sql.fetchValue(
                                "SELECT last_event = event_id FROM afterimage.checkpoint JOIN afterimage.event_log USING (position)"))
                .isEqualTo(true);
    }

    @Test
    void a_log_that_is_shorter_than_what_was_folded_is_damaged_until_it_is_repaired() {
        rig.append(new Deposited("a1", "1"));
        rig.claimAfter(this::reconcile);
        var copy = LogCopy.of(rig);
        rig.append(new Deposited("a1", "1"));
        var step = rig.stepping(Tallies.projection());
        ProjectorRig.toTheHead(step, 10);
        copy.restore();

        assertThatThrownBy(() -> step.step(10)).isInstanceOf(LogDamagedException.class);
        reconcile();
        assertThatThrownBy(() -> step.step(10))
                .isInstanceOf(OutdatedException.class)
                .hasMessageContaining("the log was corrected from position 2 on");
    }

    @Test
    void a_generation_that_the_log_does_not_know_was_lost_with_its_correction() {
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"));
        var copy = LogCopy.of(rig);
        reconcile();
        var step = rig.stepping(Tallies.projection());
        step.step(10);
        copy.restore();

        assertThatThrownBy(() -> step.step(10))
                .isInstanceOf(OutdatedException.class)
                .hasMessageContaining("knows nothing of generation ");
        reconcile();
        assertThatThrownBy(() -> step.step(10)).isInstanceOf(OutdatedException.class);
    }

    @Test
    void an_idle_version_records_that_a_repair_did_not_concern_it() {
        rig.append(new Deposited("a1", "1"));
        var step = rig.stepping(Tallies.projection());
        step.step(10);
        reconcile();
        step.step(10);

        assertThat(rig.sql.fetchValue("SELECT log_generation FROM afterimage.checkpoint"))
                .isEqualTo(rig.log.whole().generation());
        assertThat(List.of(rig.position("tallies"))).containsExactly(1L);
    }
}

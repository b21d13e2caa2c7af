package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.event;
import static dev.afterimage.eventlog.Events.named;
import static dev.afterimage.eventlog.Events.payloads;
import static dev.afterimage.eventlog.Events.positions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.Correction;
import dev.afterimage.eventlog.FencedException;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.PhantomEventsException;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.eventlog.Reconciled;
import dev.afterimage.eventlog.Reconciliation;
import dev.afterimage.eventlog.SourceMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log that lacks what its source has, or has what its source lacks, is corrected as a whole or not at all. */
@TestInstance(Lifecycle.PER_CLASS)
class ReconciliationTest {

    private static final SourceMark MARK = SourceMark.of("reconciled");

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private PostgresEventLog log;
    private LogAppender appender;

    @BeforeAll
    void openOnce() {
        PostgresEventLog.migrations().apply(database.dataSource());
        log = PostgresEventLog.open(database.dataSource());
    }

    @AfterAll
    void close() {
        log.close();
    }

    @BeforeEach
    void startEmpty() throws Exception {
        EmptyLog.in(database);
        log.sources().register("a", "start");
        appender = log.sources().claim("a");
    }

    private List<LoggedEvent> logged() {
        return log.whole()
                .readAfter(Position.ZERO, ReadLimits.defaults().withEvents(100_000))
                .events();
    }

    private List<String> names() {
        assertThat(positions(logged()))
                .isEqualTo(LongStream.rangeClosed(1, log.whole().head().value())
                        .boxed()
                        .toList());
        return payloads(logged());
    }

    private static List<RecordedEvent> without(List<RecordedEvent> events, String... names) {
        return events.stream()
                .filter(event -> !List.of(names).contains(event.payload()))
                .toList();
    }

    /** Adds what is missing in the order of the source. */
    private Reconciled reconcile(List<RecordedEvent> source, Phantoms decision) {
        try (var reconciliation = log.sources().reconcile("a", note -> {})) {
            addMissing(reconciliation, source);
            return reconciliation.finish(MARK, decision);
        }
    }

    private static void addMissing(Reconciliation reconciliation, List<RecordedEvent> source) {
        Map<EventId, RecordedEvent> byId = new HashMap<>();
        source.forEach(event -> byId.put(event.id(), event));
        reconciliation.known(source.stream().map(RecordedEvent::id).iterator());
        reconciliation.forEachMissing(
                2,
                ids -> reconciliation.add(
                        ids.stream().map(byId::get).map(LogEntry::of).iterator()));
    }

    @Test
    void a_log_that_has_everything_is_left_as_it_is() {
        var source = named("a#1", "b#1", "a#2");
        append(appender, source, "b");

        var reconciled = reconcile(source, Phantoms.REFUSE);

        assertThat(reconciled.added()).isZero();
        assertThat(reconciled.removed()).isZero();
        assertThat(reconciled.correction()).isEmpty();
        assertThat(names()).containsExactly("a#1", "b#1", "a#2");
        assertThat(log.whole().correctionsSince(0)).extracting(Correction::from).containsExactly(new Position(4));
        assertThat(log.sources().bookmark("a")).contains("reconciled");
        assertThat(log.sources().lastEvent("a")).contains(source.getLast().id());
    }

    @Test
    void missing_events_without_later_ones_of_their_aggregates_come_to_the_end() {
        var source = named("a#1", "a#2", "b#1", "c#1", "b#2");
        append(appender, without(source, "a#2", "b#2"), "b");

        var reconciled = reconcile(source, Phantoms.REFUSE);

        assertThat(reconciled.added()).isEqualTo(2);
        assertThat(reconciled.correction()).isEmpty();
        assertThat(names()).containsExactly("a#1", "b#1", "c#1", "a#2", "b#2");
        assertThat(log.whole().correctionsSince(0)).extracting(Correction::from).containsExactly(new Position(4));
    }

    @Test
    void a_missing_event_comes_directly_before_the_next_later_one_of_its_aggregate() throws Exception {
        var source = named("a#1", "b#1", "a#2", "c#1", "a#3", "b#2", "a#4", "d#1");
        append(appender, named("x#1"), "b");
        appendUnchecked(without(source, "a#2", "a#3", "c#1"));

        var reconciled = reconcile(with(logged().getFirst(), source), Phantoms.REFUSE);

        assertThat(names()).containsExactly("x#1", "a#1", "b#1", "b#2", "a#2", "a#3", "a#4", "d#1", "c#1");
        assertThat(reconciled.added()).isEqualTo(3);
        assertThat(reconciled.correction()).hasValueSatisfying(correction -> {
            assertThat(correction.generation()).isEqualTo(log.whole().generation());
            assertThat(correction.from()).isEqualTo(new Position(5));
        });
        long generation = log.whole().generation();
        assertThat(log.whole().readAfter(new Position(3), ReadLimits.defaults()).generation())
                .isEqualTo(generation);
        assertThat(log.whole().correctionsSince(0)).singleElement().satisfies(correction -> {
            assertThat(correction.from()).isEqualTo(new Position(5));
            assertThat(correction.reason()).isEqualTo("source a was reconciled: 3 events added, 0 removed");
        });
        assertThat(log.whole().correctionsSince(generation)).isEmpty();
    }

    private static List<RecordedEvent> with(LoggedEvent first, List<RecordedEvent> others) {
        return Stream.concat(Stream.of(first.event()), others.stream()).toList();
    }

    /** As older versions appended: without looking at sequences. */
    private void appendUnchecked(List<RecordedEvent> events) throws Exception {
        try (var connection = database.connect()) {
            long head = log.whole().head().value();
            for (var event : events) {
                Sql.run(
                        connection,
                        """
                        INSERT INTO afterimage.event_log (position, event_id, aggregate_type, aggregate_id, sequence,
                          event_name, event_version, payload, occurred_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, now())""",
                        ++head,
                        event.id().value(),
                        event.aggregate().type(),
                        event.aggregate().id(),
                        event.sequence(),
                        event.type().name(),
                        event.payload());
            }
            Sql.run(connection, "UPDATE afterimage.log_head SET position = ?", head);
        }
    }

    @Test
    void an_aggregate_that_stands_in_the_wrong_order_is_put_into_the_right_one() throws Exception {
        var source = named("a#1", "b#1", "a#2", "a#3", "a#4", "b#2", "a#5");
        appendUnchecked(named());
        appendUnchecked(List.of(
                source.get(0),
                source.get(1),
                source.get(6),
                source.get(5),
                source.get(2),
                source.get(3),
                source.get(4)));
        assertThat(names()).containsExactly("a#1", "b#1", "a#5", "b#2", "a#2", "a#3", "a#4");

        var reconciled = reconcile(source, Phantoms.REFUSE);

        assertThat(names()).containsExactly("a#1", "b#1", "a#2", "a#3", "a#4", "a#5", "b#2");
        assertThat(reconciled.correction().orElseThrow().from()).isEqualTo(new Position(3));
    }

    @Test
    void events_that_the_source_lacks_are_refused_with_their_number_and_place_until_somebody_decides() {
        var events = named("a#1", "b#1", "a#2", "a#3");
        append(appender, events, "b");

        assertThatThrownBy(() -> reconcile(events.subList(0, 2), Phantoms.REFUSE))
                .isInstanceOfSatisfying(PhantomEventsException.class, e -> {
                    assertThat(e.phantoms().events()).isEqualTo(2);
                    assertThat(e.phantoms().first()).contains(new Position(3));
                })
                .hasMessageContaining("2 events that source a lacks, the first at position 3")
                .hasMessageContaining(events.get(2).describe());
        assertThat(names()).containsExactly("a#1", "b#1", "a#2", "a#3");
        assertThat(log.sources().bookmark("a")).contains("b");
    }

    @Test
    void phantoms_stay_when_the_log_is_right() {
        var events = named("a#1", "b#1", "a#2");
        append(appender, events, "b");
        var source = Stream.concat(events.subList(0, 2).stream(), named("a#3").stream())
                .toList();

        var reconciled = reconcile(source, Phantoms.KEEP);

        assertThat(reconciled.removed()).isZero();
        assertThat(names()).containsExactly("a#1", "b#1", "a#2", "a#3");
        assertThat(reconciled.correction()).isEmpty();
    }

    @Test
    void the_last_event_of_a_source_that_was_emptied_on_purpose_is_none() {
        append(appender, named("a#1", "b#1"), "b");

        reconcile(List.of(), Phantoms.KEEP);

        assertThat(names()).containsExactly("a#1", "b#1");
        assertThat(log.sources().lastEvent("a")).isEmpty();
    }

    @Test
    void phantoms_leave_the_log_when_the_source_was_restored_back_in_time() {
        var events = named("a#1", "b#1", "a#2", "b#2", "c#1");
        append(appender, events, "b");
        var again = named("a#2", "a#3");
        var source = Stream.of(events.subList(0, 2), again, events.subList(4, 5))
                .flatMap(List::stream)
                .toList();

        var reconciled = reconcile(source, Phantoms.REMOVE);

        assertThat(reconciled.removed()).isEqualTo(2);
        assertThat(reconciled.added()).isEqualTo(2);
        assertThat(reconciled.correction().orElseThrow().from()).isEqualTo(new Position(3));
        assertThat(names()).containsExactly("a#1", "b#1", "c#1", "a#2", "a#3");
        assertThat(logged())
                .extracting(l -> l.event().id())
                .contains(again.getFirst().id());
        assertThat(log.sources().lastEvent("a")).contains(again.getLast().id());
        assertThat(append(log.sources().claim("a"), named("b#2"), "next")).isEqualTo(new Position(6));
    }

    @Test
    void a_log_that_became_shorter_can_be_read_at_its_old_end() {
        var events = named("a#1", "a#2", "a#3");
        append(appender, events, "b");
        reconcile(events.subList(0, 1), Phantoms.REMOVE);

        var slice = log.whole().readAfter(new Position(3), ReadLimits.defaults());

        assertThat(slice.events()).isEmpty();
        assertThat(slice.generation()).isEqualTo(log.whole().generation());
        assertThat(slice.before()).isEmpty();
        assertThat(log.whole().head()).isEqualTo(new Position(1));
    }

    @Test
    void a_log_that_was_restored_never_gives_a_generation_again() throws Exception {
        var source = named("a#1", "b#1", "c#1");
        append(appender, source, "b");
        var copy = LogCopy.of(database);
        reconcile(source, Phantoms.REFUSE);
        long first = log.whole().generation();
        reconcile(source, Phantoms.REFUSE);
        long second = log.whole().generation();
        copy.restore();
        reconcile(source, Phantoms.REFUSE);

        assertThat(second).isGreaterThan(first);
        assertThat(log.whole().generation()).isGreaterThan(second);
    }

    @Test
    void what_was_deleted_from_the_log_is_brought_back_and_the_log_is_dense_again() throws Exception {
        var events = named("a#1", "b#1", "a#2", "b#2", "c#1");
        append(appender, events, "b");
        EmptyLog.execute(database, "DELETE FROM afterimage.event_log WHERE position IN (1, 2, 3)");

        var reconciled = reconcile(events, Phantoms.REFUSE);

        assertThat(names()).containsExactly("b#1", "b#2", "c#1", "a#1", "a#2");
        assertThat(reconciled.correction().orElseThrow().from()).isEqualTo(new Position(1));
    }

    @Test
    void a_log_without_events_and_without_its_head_row_is_filled_again() throws Exception {
        var events = named("a#1", "b#1", "a#2");
        append(appender, events, "b");
        EmptyLog.execute(database, "TRUNCATE afterimage.event_log, afterimage.log_head");
        try {
            var reconciled = reconcile(events, Phantoms.REFUSE);

            assertThat(names()).containsExactly("a#1", "b#1", "a#2");
            assertThat(reconciled.added()).isEqualTo(3);
        } finally {
            EmptyLog.execute(
                    database, "INSERT INTO afterimage.log_head VALUES (0, 0) ON CONFLICT (partition) DO NOTHING");
        }
    }

    @Test
    void events_of_another_source_are_no_phantoms_and_keep_their_order() throws Exception {
        log.sources().register("b", "start");
        var other = log.sources().claim("b");
        append(appender, named("a#1"), "b");
        append(other, named("x#1", "x#2"), "b");
        var ofA = Stream.concat(Stream.of(logged().getFirst().event()), named("a#2").stream())
                .toList();
        append(other, named("x#3"), "b");

        reconcile(ofA, Phantoms.REFUSE);

        assertThat(names()).containsExactly("a#1", "x#1", "x#2", "x#3", "a#2");
    }

    @Test
    void an_event_whose_predecessor_nobody_has_is_refused_until_it_is_given_up() {
        var source = named("a#1", "a#3");
        append(appender, source.subList(0, 1), "b");

        assertThatThrownBy(() -> reconcile(source, Phantoms.REFUSE))
                .isInstanceOfSatisfying(
                        OutOfSequenceException.class,
                        e -> assertThat(e.lastInLog()).isEqualTo(1))
                .hasMessageContaining("order a #3");
        assertThat(names()).containsExactly("a#1");

        log.skips().recordLost(source.getLast().aggregate(), 2, 2, "its backup is lost", "ann");
        reconcile(source, Phantoms.REFUSE);
        assertThat(names()).containsExactly("a#1", "a#3");
    }

    @Test
    void it_says_what_is_missing_and_wants_all_of_it() {
        var source = named("a#1", "b#1", "c#1");
        append(appender, source.subList(0, 1), "b");
        try (var reconciliation = log.sources().reconcile("a", note -> {})) {
            reconciliation.known(source.stream().map(RecordedEvent::id).iterator());

            assertThat(reconciliation.missing().events()).isEqualTo(2);
            assertThat(reconciliation.missing().examples())
                    .containsExactly(
                            source.get(1).id().toString(), source.get(2).id().toString());
            assertThat(reconciliation.phantoms().isNone()).isTrue();
            reconciliation.add(List.of(LogEntry.of(source.get(1))).iterator());
            assertThatThrownBy(() -> reconciliation.finish(MARK, Phantoms.REFUSE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("source a: 1 of the events that the log lacks were not added");
        }
        assertThat(names()).containsExactly("a#1");
    }

    @Test
    void what_is_added_though_the_log_has_it_is_passed_over() {
        var source = named("a#1", "b#1");
        append(appender, source.subList(0, 1), "b");
        try (var reconciliation = log.sources().reconcile("a", note -> {})) {
            reconciliation.known(source.stream().map(RecordedEvent::id).iterator());
            reconciliation.add(LogEntry.all(source).iterator());
            assertThat(reconciliation.finish(MARK, Phantoms.REFUSE).added()).isEqualTo(1);
        }
        assertThat(names()).containsExactly("a#1", "b#1");
    }

    @Test
    void the_earlier_appender_is_fenced_from_the_beginning_on() {
        try (var reconciliation = log.sources().reconcile("a", note -> {})) {
            assertThatThrownBy(() -> append(appender, named("a#1"), "zombie")).isInstanceOf(FencedException.class);
            addMissing(reconciliation, named("a#1"));
            reconciliation.finish(MARK, Phantoms.REFUSE);
        }
        assertThatThrownBy(() -> append(appender, named("a#2"), "zombie")).isInstanceOf(FencedException.class);
        assertThat(names()).containsExactly("a#1");
    }

    @Test
    void a_claim_of_another_in_the_meantime_fences_it_and_nothing_changes() {
        var source = named("a#1", "a#2");
        try (var reconciliation = log.sources().reconcile("a", note -> {})) {
            addMissing(reconciliation, source);
            append(log.sources().claim("a"), source.subList(0, 1), "by another");

            assertThatThrownBy(() -> reconciliation.finish(MARK, Phantoms.REFUSE))
                    .isInstanceOf(FencedException.class);
        }
        assertThat(names()).containsExactly("a#1");
        assertThat(log.sources().bookmark("a")).contains("by another");
    }

    @Test
    void what_another_source_appends_in_the_meantime_stays() throws Exception {
        log.sources().register("b", "start");
        var source = named("a#1", "a#2", "a#3");
        appendUnchecked(List.of(source.get(0), source.get(2)));
        try (var reconciliation = log.sources().reconcile("a", note -> {})) {
            addMissing(reconciliation, source);
            append(log.sources().claim("b"), named("x#1"), "by another");
            reconciliation.finish(MARK, Phantoms.KEEP);
        }
        assertThat(names()).containsExactly("a#1", "a#2", "a#3", "x#1");
    }

    @Test
    void a_process_that_dies_in_the_middle_leaves_the_log_as_it_was() throws Exception {
        var source = named("a#1", "a#2", "a#3");
        appendUnchecked(List.of(source.get(0), source.get(2)));
        EmptyLog.execute(database, """
                CREATE FUNCTION afterimage.die() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
                CREATE TRIGGER die BEFORE INSERT ON afterimage.log_correction
                  FOR EACH ROW EXECUTE FUNCTION afterimage.die()""");
        try {
            assertThatThrownBy(() -> reconcile(source, Phantoms.REFUSE))
                    .hasMessageContaining("reconciling source a: correcting the log");
        } finally {
            EmptyLog.execute(database, "DROP FUNCTION afterimage.die CASCADE");
        }
        assertThat(names()).containsExactly("a#1", "a#3");
        assertThat(log.whole().generation()).isZero();
        assertThat(log.sources().bookmark("a")).contains("start");

        reconcile(source, Phantoms.REFUSE);
        assertThat(names()).containsExactly("a#1", "a#2", "a#3");
    }

    @Test
    void readers_see_the_log_before_or_after_and_never_a_mixture() throws Exception {
        var source = new ArrayList<RecordedEvent>();
        for (int i = 1; i <= 600; i++) {
            source.add(event("a" + i % 7, (i + 6) / 7));
        }
        appendUnchecked(source.stream()
                .filter(event -> event.sequence() % 5 != 0 || event.sequence() > 80)
                .toList());
        var before = names();
        try (var readers = new Readers(log)) {
            readers.start();
            reconcile(source, Phantoms.REFUSE);
            long after = log.whole().generation();
            readers.awaitGeneration(after);
            assertThat(readers.seen()).containsOnlyKeys(0L, after).containsEntry(0L, List.of(before));
            assertThat(readers.seen().get(after)).containsExactly(names());
        }
        assertThat(names()).hasSize(600);
    }

    @Test
    void a_reader_that_waits_is_woken_by_what_is_added() throws Exception {
        var source = named("a#1");
        reconcile(source, Phantoms.REFUSE);

        assertThat(log.whole().awaitAfter(Position.ZERO, java.time.Duration.ZERO))
                .isTrue();
    }

    @Test
    void a_source_that_was_never_registered_cannot_be_reconciled() {
        assertThatThrownBy(() -> log.sources().reconcile("nobody", note -> {}))
                .hasMessage("source nobody is not known to the log: run init for it first");
    }
}

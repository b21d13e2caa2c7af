package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.named;
import static dev.afterimage.eventlog.Events.payloads;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.postgres.Migrations;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log of the version before is taken over as it is, and nodes of that version go on appending to it. */
class MigrationTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Test
    void a_log_of_the_version_before_is_taken_over_and_that_version_goes_on_beside_this_one() throws Exception {
        Migrations.of("event-log", PostgresEventLog.class, "V1__event_log.sql").apply(database.dataSource());
        EmptyLog.execute(database, "INSERT INTO afterimage.log_source (source, bookmark) VALUES ('a', 'old')");
        var events = named("a#1", "a#1", "b#1", "b#2", "b#3", "b#4");
        appendAsBefore(events.subList(0, 3));

        PostgresEventLog.migrations().apply(database.dataSource());
        try (var log = PostgresEventLog.open(database.dataSource())) {
            assertThat(log.whole()
                            .readAfter(Position.ZERO, ReadLimits.defaults())
                            .events())
                    .hasSize(3)
                    .extracting(LoggedEvent::commit)
                    .allMatch(java.util.Optional::isEmpty);
            appendAsBefore(events.subList(3, 4));
            var appender = log.sources().claim("a");
            append(appender, events.subList(4, 5), "new");
            appendAsBefore(events.subList(5, 6));

            assertThat(payloads(log.whole()
                            .readAfter(Position.ZERO, ReadLimits.defaults())
                            .events()))
                    .containsExactly("a#1", "a#1", "b#1", "b#2", "b#3", "b#4");
            assertThat(log.whole().generation()).isZero();
            assertThat(log.sources().lastEvent("a")).contains(events.get(4).id());
            var successor = log.sources().claim("a");
            assertThatThrownBy(() -> append(successor, named("b#4"), "new")).isInstanceOf(OutOfSequenceException.class);
        }
    }

    /** The statements of the version before. */
    private static void appendAsBefore(List<RecordedEvent> events) throws Exception {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            long position = Sql.number(connection, """
                            WITH fenced AS (
                              UPDATE afterimage.log_source SET bookmark = ?, appended_at = now()
                                WHERE source = ? RETURNING set_config('synchronous_commit', 'on', true)
                            ), moved AS (
                              UPDATE afterimage.log_head SET position = position + ?
                                FROM fenced WHERE partition = 0 RETURNING position
                            )
                            SELECT position, pg_notify('afterimage_log', position::text) FROM moved""", "old", "a", events.size()) - events.size();
            for (var event : events) {
                Sql.run(
                        connection,
                        """
                        INSERT INTO afterimage.event_log (position, event_id, aggregate_type, aggregate_id, sequence,
                          event_name, event_version, payload, metadata, occurred_at)
                        VALUES (?, ?, ?, ?, ?, ?, 1, ?, NULL, now())""",
                        ++position,
                        event.id().value(),
                        event.aggregate().type(),
                        event.aggregate().id(),
                        event.sequence(),
                        event.type().name(),
                        event.payload());
            }
            connection.commit();
        }
    }
}

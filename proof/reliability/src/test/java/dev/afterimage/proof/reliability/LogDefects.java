package dev.afterimage.proof.reliability;

import java.util.stream.Stream;

/** What can go wrong between the outbox and the log. */
final class LogDefects {

    private static final String LOST = "no event is lost";
    private static final String POSITIONS = "positions are 1, 2, 3";
    private static final String SEQUENCES = "the sequences of an aggregate";
    private static final String AS_WRITTEN = "as it was written";
    private static final String PHANTOM = "that the outbox lacks";

    private LogDefects() {}

    static Stream<Defect> all() {
        return Stream.of(lost(), twice(), order(), content(), phantoms()).flatMap(some -> some);
    }

    private static Stream<Defect> lost() {
        var delete = "DELETE FROM afterimage.event_log WHERE position = 200";
        return Stream.of(
                Defect.of("a lost event", LOST, delete),
                Defect.of("the hole that a lost event leaves", POSITIONS, delete),
                Defect.of(
                        "a lost event whose hole was closed",
                        LOST,
                        delete,
                        "UPDATE afterimage.event_log SET position = -position WHERE position > 200",
                        "UPDATE afterimage.event_log SET position = -position - 1 WHERE position < 0",
                        "UPDATE afterimage.log_head SET position = position - 1"),
                Defect.of(
                        "the last event, lost with its head",
                        LOST,
                        "DELETE FROM afterimage.event_log WHERE position = (SELECT position FROM afterimage.log_head)",
                        "UPDATE afterimage.log_head SET position = position - 1"),
                Defect.of(
                        "an event lost from the outbox and the log",
                        "every line was added once",
                        "DELETE FROM afterimage.outbox WHERE event_id = (%s)"
                                .formatted(last("event_id", "order-line-added")),
                        "DELETE FROM afterimage.event_log WHERE position = (%s)"
                                .formatted(last("position", "order-line-added"))),
                Defect.of(
                        "a head beyond the log", POSITIONS, "UPDATE afterimage.log_head SET position = position + 1"));
    }

    private static Stream<Defect> twice() {
        return Stream.of(
                Defect.of(
                        "an event twice",
                        "no event is in the log twice",
                        "ALTER TABLE afterimage.event_log DROP CONSTRAINT event_log_event_id_key",
                        append("event_id", "aggregate_id", "sequence", 200)),
                Defect.of(
                        "an event twice, the second under another id",
                        SEQUENCES,
                        append("gen_random_uuid()", "aggregate_id", "sequence", 200)),
                Defect.of(
                        "an event twice, the second as if it were the next",
                        "every customer was registered once",
                        append("gen_random_uuid()", "aggregate_id", "sequence + 1", 1)));
    }

    private static Stream<Defect> order() {
        var order = last("aggregate_id", "order-shipped");
        var positions = swap(order, "position");
        var sequences = swap(order, "sequence");
        return Stream.of(
                Defect.of("two events of an aggregate swapped", SEQUENCES, positions),
                Defect.of("two events of an aggregate swapped and renumbered", AS_WRITTEN, positions, sequences),
                Defect.of(
                        "an order shipped before its last line",
                        "an order is placed first and shipped last",
                        positions,
                        sequences),
                Defect.of("an effect before its cause", "a cause comes before its effect", """
                        UPDATE afterimage.event_log SET position = position + 1000000
                        WHERE event_name = 'customer-registered' AND aggregate_id =
                          (SELECT payload::json ->> 'customerId' FROM afterimage.event_log WHERE position = (%s))""".formatted(
                                last("position", "order-placed"))),
                Defect.of(
                        "a transaction torn apart",
                        "the events of a transaction are together",
                        "UPDATE afterimage.event_log SET position = position + 1000000 WHERE position = (%s)"
                                .formatted(last("position", "order-placed"))));
    }

    private static Stream<Defect> content() {
        var update = "UPDATE afterimage.event_log SET %s WHERE position = 200";
        return Stream.of(
                Defect.of(
                        "a payload with one blank more",
                        AS_WRITTEN,
                        update.formatted("payload = replace(payload, ':', ': ')")),
                Defect.of(
                        "a time off by a microsecond",
                        AS_WRITTEN,
                        update.formatted("occurred_at = occurred_at + interval '1 microsecond'")),
                Defect.of("metadata that nobody wrote", AS_WRITTEN, update.formatted("metadata = '{\"user\":\"x\"}'")),
                Defect.of("another version", AS_WRITTEN, update.formatted("event_version = event_version + 1")),
                Defect.of("a quantity that the shop does not have", "every line was added once", """
                        UPDATE afterimage.event_log SET payload =
                          regexp_replace(payload, '"quantity":([0-9]+)', '"quantity":1\\1')
                        WHERE position = (%s)""".formatted(
                                last("position", "order-line-added"))));
    }

    private static Stream<Defect> phantoms() {
        return Stream.of(
                Defect.of("a phantom event", PHANTOM, append("gen_random_uuid()", "'phantom'", "1", 200)),
                Defect.of(
                        "the event of a transaction that was rolled back",
                        PHANTOM,
                        append("gen_random_uuid()", "aggregate_id", "sequence + 1", 200)),
                Defect.of(
                        "an event in outbox and log of something that did not happen",
                        "every customer was registered once",
                        """
                        INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name,
                          event_version, payload, occurred_at)
                        SELECT '00000000-0000-0000-0000-000000000001', aggregate_type, 'GHOST', 1, event_name,
                          event_version, payload, occurred_at
                        FROM afterimage.outbox WHERE event_name = 'customer-registered' LIMIT 1""",
                        append("'00000000-0000-0000-0000-000000000001'", "'GHOST'", "1", 1)));
    }

    private static String last(String column, String event) {
        return "SELECT %s FROM afterimage.event_log WHERE event_name = '%s' ORDER BY position DESC LIMIT 1"
                .formatted(column, event);
    }

    /** One more event behind the last, made from the one at a position. */
    private static String append(String id, String aggregate, String sequence, long from) {
        return """
                WITH head AS (UPDATE afterimage.log_head SET position = position + 1 RETURNING position)
                INSERT INTO afterimage.event_log (position, event_id, aggregate_type, aggregate_id, sequence, event_name,
                  event_version, payload, occurred_at)
                SELECT (SELECT position FROM head), %s, aggregate_type, %s, %s, event_name, event_version, payload,
                  occurred_at
                FROM afterimage.event_log WHERE position = %d""".formatted(id, aggregate, sequence, from);
    }

    /** The last two events of an aggregate change places. */
    private static String swap(String aggregate, String column) {
        return """
                DO $$ DECLARE a bigint; b bigint; p bigint; q bigint; BEGIN
                  SELECT max(position) INTO b FROM afterimage.event_log WHERE aggregate_id = (%1$s);
                  SELECT max(position) INTO a FROM afterimage.event_log WHERE aggregate_id = (%1$s) AND position < b;
                  SELECT %2$s INTO p FROM afterimage.event_log WHERE position = a;
                  SELECT %2$s INTO q FROM afterimage.event_log WHERE position = b;
                  UPDATE afterimage.event_log SET %2$s = CASE position WHEN a THEN -1 ELSE -2 END
                    WHERE position IN (a, b);
                  UPDATE afterimage.event_log SET %2$s = CASE %2$s WHEN -1 THEN q ELSE p END WHERE %2$s < 0;
                END $$""".formatted(aggregate, column);
    }
}

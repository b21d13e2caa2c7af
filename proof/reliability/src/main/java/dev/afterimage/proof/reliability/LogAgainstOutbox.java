package dev.afterimage.proof.reliability;

import java.util.List;

/** The log has what the outbox has, once, unchanged and in order. */
final class LogAgainstOutbox {

    static final List<Check> CHECKS = List.of(
            new Check("no event is lost", """
                    SELECT o.aggregate_type || '/' || o.aggregate_id || '#' || o.sequence
                    FROM afterimage.outbox o
                    WHERE NOT EXISTS (SELECT FROM afterimage.event_log l WHERE l.event_id = o.event_id)"""),
            new Check("no event is in the log that the outbox lacks", """
                    SELECT 'position ' || l.position
                    FROM afterimage.event_log l
                    WHERE NOT EXISTS (SELECT FROM afterimage.outbox o WHERE o.event_id = l.event_id)"""),
            new Check("no event is in the log twice", """
                    SELECT event_id::text FROM afterimage.event_log GROUP BY event_id HAVING count(*) > 1"""),
            new Check("every event is in the log as it was written", """
                    SELECT 'position ' || l.position
                    FROM afterimage.event_log l JOIN afterimage.outbox o USING (event_id)
                    WHERE (l.aggregate_type, l.aggregate_id, l.sequence, l.event_name, l.event_version, l.payload,
                        coalesce(l.metadata, ''), l.occurred_at)
                      IS DISTINCT FROM (o.aggregate_type, o.aggregate_id, o.sequence, o.event_name, o.event_version,
                        o.payload::text, coalesce(o.metadata::text, ''), o.occurred_at)"""),
            new Check("positions are 1, 2, 3 … up to the head", """
                    SELECT 'position ' || position
                    FROM (SELECT position, row_number() OVER (ORDER BY position) AS expected
                          FROM afterimage.event_log) numbered
                    WHERE position <> expected
                    UNION ALL
                    SELECT 'head ' || position FROM afterimage.log_head
                    WHERE position <> (SELECT coalesce(max(position), 0) FROM afterimage.event_log)"""),
            new Check("the sequences of an aggregate are 1, 2, 3 … in the order of the log", """
                    SELECT 'position ' || position
                    FROM (SELECT position, sequence, row_number() OVER
                            (PARTITION BY aggregate_type, aggregate_id ORDER BY position) AS expected
                          FROM afterimage.event_log) numbered
                    WHERE sequence <> expected"""),
            new Check("the events of a transaction are together", """
                    SELECT 'transaction ' || o.transaction_id
                    FROM afterimage.event_log l JOIN afterimage.outbox o USING (event_id)
                    GROUP BY o.transaction_id
                    HAVING max(l.position) - min(l.position) + 1 <> count(*)"""));

    private LogAgainstOutbox() {}
}

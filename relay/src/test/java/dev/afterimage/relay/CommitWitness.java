package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PostgreSQL itself says of the order of commits: a second slot, read by SQL with another decoder. */
final class CommitWitness implements AutoCloseable {

    private static final Pattern EVENT_ID =
            Pattern.compile("table afterimage\\.outbox: INSERT: event_id\\[uuid]:'([0-9a-f-]{36})'.*");

    private final RelayRig rig;
    private final String slot;

    private CommitWitness(RelayRig rig, String slot) {
        this.rig = rig;
        this.slot = slot;
    }

    static CommitWitness from(RelayRig rig) throws SQLException {
        var slot = rig.slot + "_witness";
        rig.execute("SELECT pg_create_logical_replication_slot('%s', 'test_decoding')".formatted(slot));
        return new CommitWitness(rig, slot);
    }

    /** The events committed since, in the order of commits and within a transaction of insertion. */
    List<EventId> events() throws SQLException {
        return rig
                .column("SELECT data FROM pg_logical_slot_get_changes('%s', NULL, NULL, 'skip-empty-xacts', '1')"
                        .formatted(slot))
                .stream()
                .map(EVENT_ID::matcher)
                .filter(Matcher::matches)
                .map(found -> EventId.parse(Objects.requireNonNull(found.group(1))))
                .toList();
    }

    @Override
    public void close() throws SQLException {
        rig.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    }
}

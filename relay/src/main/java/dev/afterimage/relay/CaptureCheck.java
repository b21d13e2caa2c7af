package dev.afterimage.relay;

import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.relay.Readiness.Refused;
import dev.afterimage.relay.source.Capture;
import dev.afterimage.relay.source.CaptureState;
import dev.afterimage.relay.source.SourceDatabase;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what the capture stands on with what is recorded. What is not published at the moment of its commit is
 * skipped without a trace in the stream, so every change of it is refused, also one that was taken back.
 */
record CaptureCheck(SourceDatabase source, String slot) {

    static final String CREATE_PUBLICATION =
            "CREATE PUBLICATION %s FOR TABLE afterimage.%s WITH (publish = 'insert', publish_via_partition_root = true)"
                    .formatted(OutboxSchema.PUBLICATION, OutboxSchema.TABLE);

    /** What a table, function or schema that is not there fails with. */
    private static final Set<String> UNDEFINED = Set.of("42P01", "42883", "3F000");

    Optional<Refused> check() {
        try {
            return publication().or(this::heirs).or(() -> check(source.capture(slot)));
        } catch (DatabaseException e) {
            if (UNDEFINED.contains(e.sqlState())) {
                return refused(
                        Refusal.NOT_INITIALISED,
                        "slot %s: the tables of the outbox are missing or of an earlier version (%s): run ./afterimage init"
                                .formatted(slot, e.getMessage()));
            }
            throw e;
        }
    }

    /** Only what the publication is now. */
    Optional<Refused> publication() {
        if (source.publishesOutboxInserts()) {
            return Optional.empty();
        }
        return refused(
                Refusal.PUBLICATION_CHANGED,
                "publication %s does not publish exactly the inserts of afterimage.%s, so what is committed does not reach the log: drop it if it is there, %s, then run ./afterimage repair"
                        .formatted(OutboxSchema.PUBLICATION, OutboxSchema.TABLE, CREATE_PUBLICATION));
    }

    /**
     * Only whether other tables' rows show in the outbox. What PostgreSQL publishes of an heir is not the outbox's, and
     * a partition can be attached with rows or be UNLOGGED for a while, which shows nowhere later.
     */
    Optional<Refused> heirs() {
        var heirs = source.heirsOfOutbox();
        return heirs.isEmpty()
                ? Optional.empty()
                : refused(
                        Refusal.OUTBOX_CHANGED,
                        "afterimage.%1$s has rows of %2$s, which may never reach the log: if it inherits, ALTER TABLE %3$s NO INHERIT afterimage.%1$s; if it is a partition, make afterimage.%1$s one plain table again, then run ./afterimage repair"
                                .formatted(OutboxSchema.TABLE, String.join(", ", heirs), heirs.getFirst()));
    }

    private Optional<Refused> check(Capture capture) {
        if (!isWrittenToTheWal(capture.now())) {
            return refused(
                    Refusal.OUTBOX_CHANGED,
                    "afterimage.%s is not written to the WAL (%s), so nothing of it reaches the log: ALTER TABLE afterimage.outbox SET LOGGED, then run ./afterimage repair"
                            .formatted(OutboxSchema.TABLE, capture.now().outbox()));
        }
        if (capture.recorded().isEmpty()) {
            return refused(
                    Refusal.PUBLICATION_CHANGED,
                    "what slot %s was made for is not recorded in afterimage.capture any more, so events may be missing from the log: run ./afterimage repair"
                            .formatted(slot));
        }
        var was = capture.recorded().get();
        if (!capture.hasSameOutbox()) {
            return refused(
                    Refusal.OUTBOX_CHANGED,
                    "afterimage.%s is not the table that was captured (was %s, is %s), so events may be missing from the log: run ./afterimage repair"
                            .formatted(
                                    OutboxSchema.TABLE,
                                    was.outbox(),
                                    capture.now().outbox()));
        }
        if (!capture.hasSamePublication()) {
            return refused(
                    Refusal.PUBLICATION_CHANGED,
                    "publication %s was changed or made again (was %s, is %s), so events that were committed meanwhile may be missing from the log: run ./afterimage repair"
                            .formatted(
                                    OutboxSchema.PUBLICATION,
                                    was.publication(),
                                    capture.now().publication()));
        }
        return Optional.empty();
    }

    private static boolean isWrittenToTheWal(CaptureState state) {
        return state.outbox().endsWith("persistence p");
    }

    private static Optional<Refused> refused(Refusal reason, String message) {
        return Optional.of(new Refused(reason, message));
    }
}

package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jooq.DSLContext;

/**
 * Records events in the caller's own transaction: it never commits, and what is rolled back never appears. One round
 * trip an append. Immutable and thread-safe.
 */
public final class Outbox {

    /** The longest payload of one event, in bytes of UTF-8; a CHECK of the table holds it too. */
    public static final int MAX_PAYLOAD_BYTES = 1_048_576;

    private final EventCodec codec;
    private final InstantSource clock;
    private final Metadata metadata;

    private Outbox(EventCodec codec, InstantSource clock, Metadata metadata) {
        this.codec = codec;
        this.clock = clock;
        this.metadata = metadata;
    }

    /** An outbox that writes events as JSON. */
    public static Outbox create() {
        return new Outbox(new JacksonEventCodec(), InstantSource.system(), Metadata.none());
    }

    public Outbox withCodec(EventCodec otherCodec) {
        return new Outbox(otherCodec, clock, metadata);
    }

    /** Takes {@code occurredAt} from another clock. */
    public Outbox withClock(InstantSource otherClock) {
        return new Outbox(codec, otherClock, metadata);
    }

    /** Puts metadata beside every event it appends: correlation, causation, trace. */
    public Outbox withMetadata(Metadata otherMetadata) {
        return new Outbox(codec, clock, otherMetadata);
    }

    /**
     * Records events of one aggregate, in the given order, after whatever it has. Concurrent appends to the same
     * aggregate wait for each other until commit, so two transactions that append to the same aggregates in opposite
     * orders can deadlock: give all of them to one call, see {@link #append(Connection, Changes)}.
     *
     * @param transaction with auto-commit off
     * @param aggregate annotated {@code @Captured}
     * @param events one by one, or as a collection, an array or a stream
     * @throws OutboxException if the append is refused or the statement fails
     */
    public Appended append(Connection transaction, Class<?> aggregate, String id, Object... events) {
        var append = prepare(aggregate, id, events);
        return append.run(transaction, AppendStatement.AFTER_WHATEVER_IS_THERE)
                .orElseThrow(() -> new IllegalStateException("an append without expectation always records"));
    }

    /** Records events in a jOOQ transaction; as {@link #append(Connection, Class, String, Object...)}. */
    public Appended append(DSLContext transaction, Class<?> aggregate, String id, Object... events) {
        return transaction.connectionResult(connection -> append(connection, aggregate, id, events));
    }

    /**
     * Records events of several aggregates, in the given order, after whatever each has. Still one round trip. The
     * aggregates are locked in one order whatever the caller's, so two such calls cannot deadlock with each other.
     *
     * @param transaction with auto-commit off
     * @throws OutboxException if the append is refused or the statement fails
     */
    public AppendedChanges append(Connection transaction, Changes changes) {
        var rows = ChangesRows.of(changes, codec);
        if (!rows.expectsNothing()) {
            throw new OutboxException(rows.first(), "the changes expect a sequence: use appendExpecting");
        }
        return switch (run(transaction, rows)) {
            case AppendedChanges appended -> appended;
            case ChangesResult.Conflicts conflicts ->
                throw new IllegalStateException("an append without expectation always records");
        };
    }

    /** Records events in a jOOQ transaction; as {@link #append(Connection, Changes)}. */
    public AppendedChanges append(DSLContext transaction, Changes changes) {
        return transaction.connectionResult(connection -> append(connection, changes));
    }

    /**
     * Records events only if the aggregate's last sequence is the expected one: one of several concurrent writers wins,
     * the others get the conflict as a value. Under REPEATABLE READ and SERIALIZABLE a writer that was overtaken gets
     * an {@link OutboxException} that {@linkplain OutboxException#isRetryable() can be retried} instead, because
     * PostgreSQL has ended its transaction, and a conflict's actual sequence is the one that the transaction sees.
     *
     * @param expectedSequence 0 for an aggregate without events
     */
    public AppendResult appendExpecting(
            Connection transaction, Class<?> aggregate, String id, long expectedSequence, Object... events) {
        if (expectedSequence < 0) {
            throw new IllegalArgumentException("expected sequence must be 0 or more, was " + expectedSequence);
        }
        var append = prepare(aggregate, id, events);
        return append.run(transaction, expectedSequence)
                .<AppendResult>map(appended -> appended)
                .orElseGet(() -> append.conflict(transaction, expectedSequence));
    }

    /** Records events in a jOOQ transaction; as the method of the same name for a connection. */
    public AppendResult appendExpecting(
            DSLContext transaction, Class<?> aggregate, String id, long expectedSequence, Object... events) {
        return transaction.connectionResult(
                connection -> appendExpecting(connection, aggregate, id, expectedSequence, events));
    }

    /**
     * Records events of several aggregates only if each that {@linkplain Changes#expecting(long) expects} a sequence is
     * there: all of the changes or nothing.
     */
    public ChangesResult appendExpecting(Connection transaction, Changes changes) {
        return run(transaction, ChangesRows.of(changes, codec));
    }

    /** Records events in a jOOQ transaction; as the method of the same name for a connection. */
    public ChangesResult appendExpecting(DSLContext transaction, Changes changes) {
        return transaction.connectionResult(connection -> appendExpecting(connection, changes));
    }

    private AppendStatement prepare(Class<?> aggregate, String id, Object... events) {
        var rows = OutboxRows.of(aggregate, id, codec);
        return new AppendStatement(rows.aggregate(), rows.of(GivenEvents.flat(events)), envelopeFor(rows.aggregate()));
    }

    private ChangesResult run(Connection transaction, ChangesRows rows) {
        return new ChangesStatement(rows, envelopeFor(rows.first())).run(transaction);
    }

    private Envelope envelopeFor(AggregateRef aggregate) {
        var envelope = new Envelope(metadata, clock.instant());
        envelope.requireStorable(aggregate);
        return envelope;
    }

    static void requireTransaction(Connection connection, AggregateRef aggregate) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new OutboxException(
                    aggregate,
                    "the connection is in auto-commit mode, so the events would not commit with your rows: call setAutoCommit(false), or append inside DSLContext.transaction(…)");
        }
    }
}

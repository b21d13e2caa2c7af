package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.eventlog.Difference;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.PhantomEventsException;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.Reconciled;
import dev.afterimage.eventlog.Reconciliation;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.postgres.Copy;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.OpenTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** One transaction: the source's events in temporary tables, the log corrected by statements over whole tables. */
final class PostgresReconciliation implements Reconciliation {

    private static final String CREATE_ADDED = """
            CREATE TEMPORARY TABLE added_event (
              place bigint NOT NULL, event_id uuid NOT NULL, aggregate_type text NOT NULL, aggregate_id text NOT NULL,
              sequence bigint NOT NULL, event_name text NOT NULL, event_version integer NOT NULL, payload text NOT NULL,
              metadata text, occurred_at timestamptz NOT NULL, source text, transaction_id bigint,
              committed_at timestamptz, skipped_reason text) ON COMMIT DROP""";
    private static final String COPY_ADDED =
            "COPY pg_temp.added_event (place, %s) FROM STDIN (FORMAT binary)".formatted(LogRows.COLUMNS);

    /** Work on the connection of this transaction. */
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final OpenTransaction transaction;
    private final SourceComparison comparison;
    private final HeadSignal signal;
    private final String source;
    private final long epoch;
    private final Consumer<String> notes;
    private final AtomicLong place = new AtomicLong();

    private PostgresReconciliation(
            OpenTransaction transaction, HeadSignal signal, String source, long epoch, Consumer<String> notes) {
        this.transaction = transaction;
        this.comparison = new SourceComparison(transaction.connection(), source);
        this.signal = signal;
        this.source = source;
        this.epoch = epoch;
        this.notes = notes;
    }

    static PostgresReconciliation begin(
            DataSource dataSource, HeadSignal signal, String source, long epoch, Consumer<String> notes) {
        try {
            var transaction = OpenTransaction.begin(dataSource);
            var reconciliation = new PostgresReconciliation(transaction, signal, source, epoch, notes);
            reconciliation.makeTables();
            return reconciliation;
        } catch (SQLException e) {
            throw LogTransactions.named(new DatabaseException("reconciling source " + source, e));
        }
    }

    /** Nobody else would give the connection back if this fails. */
    private void makeTables() {
        var made = false;
        try {
            attempt("beginning", connection -> Sql.run(connection, CREATE_ADDED));
            made = true;
        } finally {
            if (!made) {
                close();
            }
        }
    }

    private <T> T attempt(String what, Work<T> work) {
        try {
            return work.on(transaction.connection());
        } catch (SQLException e) {
            throw LogTransactions.named(new DatabaseException("reconciling source %s: %s".formatted(source, what), e));
        }
    }

    @Override
    public void known(Iterator<EventId> events) {
        attempt("comparing it with the log", connection -> {
            comparison.known(events);
            return events;
        });
    }

    @Override
    public Difference missing() {
        return attempt("counting what the log lacks", connection -> comparison.missing());
    }

    @Override
    public Difference phantoms() {
        return attempt("counting what the source lacks", connection -> comparison.phantoms());
    }

    @Override
    public void forEachMissing(int atMost, Consumer<List<EventId>> work) {
        attempt("listing what the log lacks", connection -> {
            comparison.forEachMissing(atMost, work);
            return work;
        });
    }

    @Override
    public void add(Iterator<LogEntry> entries) {
        var ofSource = Commit.of(source);
        attempt(
                "taking what the log lacks",
                connection -> Copy.binaryRows(connection, COPY_ADDED, () -> entries, (row, entry) -> {
                    row.bigint(place.incrementAndGet());
                    LogRows.write(row, entry, ofSource);
                }));
    }

    @Override
    public Reconciled finish(SourceMark mark, Phantoms decision) {
        var phantoms = phantoms();
        if (decision == Phantoms.REFUSE && !phantoms.isNone()) {
            throw new PhantomEventsException(source, phantoms);
        }
        return attempt("correcting the log", connection -> {
            var correction = new LogRewrite(connection, source);
            correction.lock(epoch, notes);
            correction.requireAllAdded();
            var reconciled = correction.run(decision == Phantoms.REMOVE, mark);
            transaction.commit();
            signal.seen(signal.beginLook(), correction.head());
            return reconciled;
        });
    }

    @Override
    public void close() {
        attempt("ending", connection -> {
            transaction.close();
            return connection;
        });
    }
}

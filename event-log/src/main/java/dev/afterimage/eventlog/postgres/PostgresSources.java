package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RelayState;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogSources;
import dev.afterimage.eventlog.Reconciliation;
import dev.afterimage.eventlog.UnknownSourceException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Sources as rows of {@code log_source}. */
final class PostgresSources implements LogSources {

    private final LogTransactions transactions;
    private final HeadSignal signal;
    private final Map<String, PostgresAppender> appenders = new ConcurrentHashMap<>();

    PostgresSources(LogTransactions transactions, HeadSignal signal) {
        this.transactions = transactions;
        this.signal = signal;
    }

    @Override
    public void register(String source, String bookmark) {
        var sql = """
                INSERT INTO afterimage.log_source (source, bookmark) VALUES (?, ?) ON CONFLICT (source) DO NOTHING""";
        transactions.inOne("registering source " + source, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, source);
                statement.setString(2, bookmark);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Optional<String> bookmark(String source) {
        var sql = "SELECT bookmark FROM afterimage.log_source WHERE source = ?";
        return transactions.reading("reading the bookmark of source " + source, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, source);
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Optional<EventId> lastEvent(String source) {
        var sql = "SELECT last_event FROM afterimage.log_source WHERE source = ? AND last_event IS NOT NULL";
        return event("reading the last event of source " + source, sql, source);
    }

    @Override
    public Optional<EventId> lastNotLeftOut(String source) {
        var sql = """
                SELECT event_id FROM afterimage.event_log WHERE source = ? AND skipped_reason IS NULL
                ORDER BY position DESC LIMIT 1""";
        return event("looking for the last event of source " + source, sql, source);
    }

    @Override
    public OptionalLong reconciledAs(String source) {
        var sql = "SELECT reconciled_as FROM afterimage.log_source WHERE source = ? AND reconciled_as IS NOT NULL";
        return transactions.reading("reading the last reconciliation of source " + source, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, source);
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
                }
            }
        });
    }

    private Optional<EventId> event(String attempt, String sql, String source) {
        return transactions.reading(attempt, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, source);
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.of(new EventId(rows.getObject(1, UUID.class))) : Optional.empty();
                }
            }
        });
    }

    @Override
    public void report(String source, RelayState state, String message, String node) {
        transactions.inOne(
                "recording the state of source " + source,
                connection -> SourceReports.write(connection, source, state, message, node));
    }

    @Override
    public Reconciliation reconcile(String source, Consumer<String> notes) {
        var claimed = claimed(source);
        appenders.remove(source); // it makes a generation itself
        return PostgresReconciliation.begin(transactions.dataSource(), signal, source, claimed.epoch(), notes);
    }

    @Override
    public LogAppender claim(String source) {
        var claimed = claimed(source);
        var before = appenders.get(source);
        var isRestored = before != null && before.isRestored(claimed.epoch() - 1, claimed.found());
        var appender = new PostgresAppender(transactions, signal, source, claimed.epoch(), claimed.found(), isRestored);
        appenders.put(source, appender);
        return appender;
    }

    private record Claimed(long epoch, Left found) {}

    private Claimed claimed(String source) {
        var sql = """
                UPDATE afterimage.log_source SET epoch = epoch + 1 WHERE source = ?
                RETURNING epoch, bookmark, last_event""";
        return transactions.inOne("claiming source " + source, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, source);
                try (var rows = statement.executeQuery()) {
                    if (!rows.next()) {
                        throw new UnknownSourceException(source);
                    }
                    return new Claimed(rows.getLong(1), Left.read(rows, 2));
                }
            }
        });
    }
}

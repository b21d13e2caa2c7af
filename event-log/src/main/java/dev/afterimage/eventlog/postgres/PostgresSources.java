package dev.afterimage.eventlog.postgres;

import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogSources;
import dev.afterimage.eventlog.UnknownSourceException;
import dev.afterimage.postgres.Transactions;
import java.util.Optional;

/** Sources as rows of {@code log_source}. */
final class PostgresSources implements LogSources {

    private final Transactions transactions;
    private final HeadSignal signal;

    PostgresSources(Transactions transactions, HeadSignal signal) {
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
    public LogAppender claim(String source) {
        var sql = "UPDATE afterimage.log_source SET epoch = epoch + 1 WHERE source = ? RETURNING epoch";
        return transactions.inOne("claiming source " + source, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, source);
                try (var rows = statement.executeQuery()) {
                    if (!rows.next()) {
                        throw new UnknownSourceException(source);
                    }
                    return new PostgresAppender(transactions, signal, source, rows.getLong(1));
                }
            }
        });
    }
}

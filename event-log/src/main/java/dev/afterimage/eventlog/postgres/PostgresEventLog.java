package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.LogSources;
import dev.afterimage.postgres.Migrations;
import dev.afterimage.postgres.Notifications;
import dev.afterimage.postgres.Transactions;
import java.util.List;
import javax.sql.DataSource;

/** The log as a table of one database. Holds one connection and one daemon thread to be woken by appends. */
public final class PostgresEventLog implements EventLog {

    static final String CHANNEL = "afterimage_log";

    private final HeadSignal signal = new HeadSignal();
    private final PostgresPartition partition;
    private final PostgresSources sources;
    private final Notifications notifications;

    private PostgresEventLog(DataSource dataSource) {
        var transactions = new Transactions(dataSource);
        this.partition = new PostgresPartition(transactions, signal);
        this.sources = new PostgresSources(transactions, signal);
        this.notifications = new Notifications(
                dataSource,
                CHANNEL,
                head -> signal.raise(new Position(Long.parseLong(head))),
                () -> signal.raise(partition.head()));
    }

    /** Opens the log of a database whose tables are there. */
    public static PostgresEventLog open(DataSource dataSource) {
        return new PostgresEventLog(dataSource);
    }

    /** The log's tables, as numbered SQL files. */
    public static Migrations migrations() {
        return Migrations.of("event-log", PostgresEventLog.class, "V1__event_log.sql");
    }

    @Override
    public List<LogPartition> partitions() {
        return List.of(partition);
    }

    @Override
    public LogSources sources() {
        return sources;
    }

    @Override
    public void close() {
        signal.close();
        notifications.close();
    }
}

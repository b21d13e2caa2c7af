package dev.afterimage.eventlog.postgres;

import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.LogSources;
import dev.afterimage.eventlog.Skips;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.postgres.Migrations;
import dev.afterimage.postgres.Notifications;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log as a table of one database. Holds one connection and one daemon thread to be woken by appends. */
public final class PostgresEventLog implements EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresEventLog.class);
    static final String CHANNEL = "afterimage_log";

    private final DataSource dataSource;
    private final LogTransactions transactions;
    private final HeadSignal signal = new HeadSignal();
    private final PostgresPartition partition;
    private final PostgresSources sources;
    private final Notifications notifications;

    private PostgresEventLog(DataSource dataSource, Bounds bounds) {
        this.dataSource = dataSource;
        this.transactions = LogTransactions.on(dataSource, bounds);
        this.partition = new PostgresPartition(transactions, signal);
        this.sources = new PostgresSources(transactions, signal);
        this.notifications = new Notifications(dataSource, CHANNEL, this::hint, () -> hint(""));
    }

    /**
     * Anybody who may log in can notify, so a message says no more than that there may be something new. If that fails,
     * those who wait find out by themselves.
     */
    private void hint(String head) {
        if (!signal.isKnown(head)) {
            try {
                partition.head();
            } catch (RuntimeException e) {
                LOG.debug("the head of the log could not be read", e);
            }
        }
    }

    /** Opens the log of a database whose tables are there. */
    public static PostgresEventLog open(DataSource dataSource) {
        return open(dataSource, Bounds.defaults());
    }

    /** The same with other bounds for its statements; a repair and a verification take as long as they take. */
    public static PostgresEventLog open(DataSource dataSource, Bounds bounds) {
        return new PostgresEventLog(dataSource, bounds);
    }

    /** The log's tables, as numbered SQL files. */
    public static Migrations migrations() {
        return Migrations.of(
                "event-log",
                PostgresEventLog.class,
                "V1__event_log.sql",
                "V2__what_a_log_knows_of_its_sources.sql",
                "V3__reconciled_as.sql");
    }

    @Override
    public LogPartition whole() {
        return partition;
    }

    @Override
    public LogSources sources() {
        return sources;
    }

    @Override
    public Skips skips() {
        return new PostgresSkips(transactions);
    }

    @Override
    public void check() {
        migrations().requireVersion(dataSource);
        transactions.reading("looking at the tables of the log", LogTables::check);
    }

    @Override
    public void close() {
        signal.close();
        notifications.close();
    }
}

package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.ReadLimits;
import java.util.List;

/** An empty log with one source, {@code a}, and its appender. */
final class LogRig implements AutoCloseable {

    final PostgresEventLog log;
    final LogAppender appender;
    private final FreshDatabase database;

    LogRig(FreshDatabase database) throws Exception {
        this.database = database;
        EmptyLog.in(database);
        this.log = PostgresEventLog.open(database.dataSource());
        this.appender = source("a");
    }

    LogAppender source(String name) {
        log.sources().register(name, "start");
        return log.sources().claim(name);
    }

    List<LoggedEvent> logged() {
        return log.whole().readAfter(Position.ZERO, ReadLimits.defaults()).events();
    }

    void execute(String sql) throws Exception {
        EmptyLog.execute(database, sql);
    }

    /** Beside the next test: a listener takes half a second. */
    @Override
    public void close() {
        Thread.ofVirtual().start(log::close);
    }
}

package dev.afterimage.eventlog.postgres;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.EventLogConcurrencyContract;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresEventLogConcurrencyTest extends EventLogConcurrencyContract {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Override
    protected void clear() throws SQLException {
        EmptyLog.in(database);
    }

    @Override
    protected EventLog open() {
        return PostgresEventLog.open(database.dataSource());
    }
}

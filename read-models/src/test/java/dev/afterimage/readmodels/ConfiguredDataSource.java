package dev.afterimage.readmodels;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** Data sources as people have them: with defaults of a role, or with few connections. */
final class ConfiguredDataSource {

    /** How connections come to be. */
    private interface Opening {
        Connection open() throws SQLException;
    }

    private ConfiguredDataSource() {}

    /** What a pool does to a new connection. */
    interface Configuring {
        void of(Connection connection) throws SQLException;
    }

    /** Each connection runs a statement first. */
    static DataSource of(DataSource plain, String first) {
        return of(plain, connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(first);
            }
        });
    }

    static DataSource of(DataSource plain, Configuring configuring) {
        return dataSource(() -> {
            var connection = plain.getConnection();
            configuring.of(connection);
            return connection;
        });
    }

    /** At most so many at once; who waits for ten seconds fails, as with a pool. */
    static DataSource pool(DataSource plain, int size) {
        var free = new Semaphore(size, true);
        return dataSource(() -> {
            try {
                if (!free.tryAcquire(10, TimeUnit.SECONDS)) {
                    throw new SQLTransientConnectionException("the pool has no connection");
                }
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
            return givenBackTo(free, plain.getConnection());
        });
    }

    private static Connection givenBackTo(Semaphore free, Connection real) {
        var open = new AtomicBoolean(true);
        return proxy(Connection.class, (method, arguments) -> {
            if (method.getName().equals("close") && open.compareAndSet(true, false)) {
                free.release();
            }
            return method.invoke(real, arguments);
        });
    }

    private static DataSource dataSource(Opening opening) {
        return proxy(DataSource.class, (method, arguments) -> opening.open());
    }

    /** What a proxy does. */
    private interface Call {
        Object of(java.lang.reflect.Method method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                ConfiguredDataSource.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.of(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}

package dev.afterimage.projector;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Keeps connections open for the next user, counts what is sent, and lets a test stand in the way of a commit. */
final class TestDataSource implements DataSource, AutoCloseable {

    /** What happens instead of a commit; when it throws, the connection is lost to its user. */
    interface Commit {

        /** @param connection can really commit, also later */
        void of(Connection connection) throws SQLException;
    }

    private final DataSource dataSource;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<Connection> lost = new ConcurrentLinkedDeque<>();
    private final Set<Integer> busy = ConcurrentHashMap.newKeySet();
    private final AtomicLong statements = new AtomicLong();
    private volatile Commit commit = Connection::commit;
    private volatile @Nullable SQLException refused;
    private volatile String onOpen = "";
    private volatile boolean autoCommit = true;
    private volatile boolean closed;

    TestDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void onCommit(Commit instead) {
        commit = instead;
    }

    /** Gives no connection but this failure from now on; null gives connections again. */
    void refuse(@Nullable SQLException failure) {
        refused = failure;
    }

    /** Runs a statement on each connection before it is given. */
    void onOpen(String statement) {
        onOpen = statement;
    }

    /** Gives connections whose auto-commit is off from now on, as many pools are set. */
    void withoutAutoCommit() {
        autoCommit = false;
    }

    /** How many statements were prepared, run or copied so far. */
    long statements() {
        return statements.get();
    }

    /** The server processes of the connections that are in use. */
    Set<Integer> busy() {
        return Set.copyOf(busy);
    }

    @Override
    public Connection getConnection() throws SQLException {
        var failure = refused;
        if (failure != null) {
            throw failure;
        }
        var kept = idle.pollFirst();
        var loan = new Loan(prepared(kept == null ? dataSource.getConnection() : kept));
        return (Connection)
                Proxy.newProxyInstance(TestDataSource.class.getClassLoader(), new Class<?>[] {Connection.class}, loan);
    }

    private Connection prepared(Connection connection) throws SQLException {
        if (!onOpen.isEmpty()) {
            try (var statement = connection.createStatement()) {
                statement.execute(onOpen);
            }
        }
        connection.setAutoCommit(autoCommit);
        return connection;
    }

    /** One use of a connection. */
    private final class Loan implements InvocationHandler {

        private final Connection connection;
        private final int process;
        private boolean isLost;

        Loan(Connection connection) throws SQLException {
            this.connection = connection;
            this.process = connection.unwrap(PGConnection.class).getBackendPID();
            busy.add(process);
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            switch (method.getName()) {
                case "close" -> {
                    giveBack();
                    return null;
                }
                case "commit" -> {
                    commit();
                    return null;
                }
                case "prepareStatement", "createStatement" -> statements.incrementAndGet();
                default -> {}
            }
            if (method.getName().equals("unwrap") && arguments != null && arguments[0] == PGConnection.class) {
                statements.incrementAndGet(); // for COPY
            }
            if (isLost) {
                throw new SQLException("the test took this connection away", "08003");
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        private void commit() throws SQLException {
            isLost = true;
            commit.of(connection);
            isLost = false;
        }

        private void giveBack() throws SQLException {
            busy.remove(process);
            if (isLost) {
                lost.add(connection);
            } else if (closed || connection.isClosed() || connection.getAutoCommit() != autoCommit) {
                connection.close();
            } else {
                endTransaction();
                idle.addFirst(connection);
            }
        }

        /** What was not committed is rolled back, as pools do. */
        private void endTransaction() throws SQLException {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        }
    }

    /** Closes the connections that nobody uses, and the others when they are given back. */
    @Override
    public void close() {
        closed = true;
        close(idle);
        close(lost);
    }

    private static void close(Deque<Connection> connections) {
        for (var connection = connections.pollFirst(); connection != null; connection = connections.pollFirst()) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLException("not here");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not here");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}

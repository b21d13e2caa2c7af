package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one channel with a connection and a daemon thread of its own, and reconnects when the connection is lost.
 * Messages sent while it was away are missed: {@code reconnected} lets the owner look for itself.
 */
public final class Notifications implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final int LISTEN_MILLIS = 500;
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final int ALIVE_SECONDS = 5;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final DataSource dataSource;
    private final String channel;
    private final Consumer<String> received;
    private final Runnable reconnected;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Connection open;

    /**
     * Starts listening.
     *
     * @param channel its name as {@code pg_notify} is given it
     * @param received is given each message's text, on this object's thread
     * @param reconnected runs after each (re)connect, on this object's thread
     */
    public Notifications(DataSource dataSource, String channel, Consumer<String> received, Runnable reconnected) {
        this.dataSource = dataSource;
        this.channel = channel;
        this.received = received;
        this.reconnected = reconnected;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-listen-" + channel)
                .start(this::run);
    }

    /**
     * What the owner does when notified may fail too, such as a query while the server restarts: that must not end it.
     */
    private void run() {
        while (!closed()) {
            try {
                listen();
            } catch (SQLException | RuntimeException e) {
                if (!closed()) {
                    LOG.info("{}: listening again in {} ms ({})", channel, RECONNECT.toMillis(), e.getMessage());
                    pauseBeforeReconnect();
                }
            }
        }
    }

    private void listen() throws SQLException {
        try (var connection = dataSource.getConnection()) {
            open = connection;
            var before = Borrowed.asItCame(connection);
            try {
                before.prepare(true, Bounds.defaults()); // inside a transaction nothing would be heard
                execute(connection, "LISTEN " + quotedChannel());
                reconnected.run();
                receiveUntilClosed(connection);
            } finally {
                open = null;
                unlistenQuietly(connection);
                before.restore();
            }
        }
    }

    private void receiveUntilClosed(Connection connection) throws SQLException {
        var postgres = connection.unwrap(PGConnection.class);
        var heard = System.nanoTime();
        while (!closed()) {
            for (var notification : postgres.getNotifications(LISTEN_MILLIS)) {
                received.accept(notification.getParameter());
                heard = System.nanoTime();
            }
            if (System.nanoTime() - heard > SILENCE.toNanos()) {
                requireAlive(connection);
                heard = System.nanoTime();
            }
        }
    }

    /** A server that is gone without a word leaves a connection that is silent for ever. */
    private static void requireAlive(Connection connection) throws SQLException {
        if (!connection.isValid(ALIVE_SECONDS)) {
            throw new SQLException("the server does not answer", "08006");
        }
    }

    /** Else the connection would go on listening in its pool. */
    private void unlistenQuietly(Connection connection) {
        try {
            execute(connection, "UNLISTEN " + quotedChannel());
        } catch (SQLException e) {
            LOG.debug("{}: the connection is lost", channel, e);
        }
    }

    private String quotedChannel() {
        return '"' + channel.replace("\"", "\"\"") + '"';
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void pauseBeforeReconnect() {
        try {
            if (closing.await(RECONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("{}: closed while away", channel);
            }
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    /** Stops the thread and gives the connection back; cuts it if that takes more than two seconds. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                cut();
                thread.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends what the thread waits for: an answer, or a connection of the pool. */
    private void cut() {
        var connection = open;
        thread.interrupt();
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("{}: the connection could not be cut", channel, e);
            }
        }
    }
}

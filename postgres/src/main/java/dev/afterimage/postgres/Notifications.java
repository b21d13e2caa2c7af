package dev.afterimage.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
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

    private final DataSource dataSource;
    private final String channel;
    private final Consumer<String> received;
    private final Runnable reconnected;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Starts listening.
     *
     * @param channel a plain lower-case identifier
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

    /** What the owner does when told may fail too, such as a query while the server restarts: that must not end it. */
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
            try (var statement = connection.createStatement()) {
                statement.execute("LISTEN " + channel);
            }
            reconnected.run();
            var postgres = connection.unwrap(PGConnection.class);
            while (!closed()) {
                for (var notification : postgres.getNotifications(LISTEN_MILLIS)) {
                    received.accept(notification.getParameter());
                }
            }
            try (var statement = connection.createStatement()) {
                statement.execute("UNLISTEN " + channel);
            }
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

    /** Stops the thread and gives the connection back; waits up to two seconds for it. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.afterimage.embedded;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One running PostgreSQL server of this JVM: hands out URLs and databases, and stops with {@link #close} or with the
 * JVM. A server that a killed JVM left running on the same data directory is stopped by the next start.
 */
public final class EmbeddedServer implements AutoCloseable {

    private static final String SUPERUSER = "postgres";

    private final ServerHome home;
    private final Postmaster postmaster;
    private final Databases databases;
    private final Thread closeWithJvm = new Thread(this::stop, "embedded-postgres-close");
    private boolean closed;

    private EmbeddedServer(ServerHome home, Postmaster postmaster) {
        this.home = home;
        this.postmaster = postmaster;
        this.databases = new Databases(dataSource(SUPERUSER));
    }

    /**
     * Starts a server and waits until it takes connections: about 1 s with a new data directory, 0.5 s with an old one.
     *
     * @throws EmbeddedServerException if it does not start, or another process uses the data directory
     */
    public static EmbeddedServer start(ServerSettings settings) {
        RootUser.requireUnshare();
        var home = ServerHome.open(settings.dataDirectory());
        try {
            OrphanedPostmaster.stop(home.data());
            home.discardUnfinishedData();
            var server = new EmbeddedServer(home, Postmaster.start(home, settings));
            home.markReady();
            Runtime.getRuntime().addShutdownHook(server.closeWithJvm);
            return server;
        } catch (RuntimeException | Error failure) {
            OrphanedPostmaster.stop(home.data());
            home.close();
            throw failure;
        }
    }

    /** For any PostgreSQL client on this machine; the superuser is in the URL, there is no password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://localhost:%d/%s?user=%s"
                .formatted(port(), new DatabaseName(database).value(), SUPERUSER);
    }

    /** Opens a new connection each time: not a pool. */
    public DataSource dataSource(String database) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setURL(jdbcUrl(database));
        return dataSource;
    }

    /** Creates an empty database with encoding UTF8 and the locale C.UTF-8. */
    public void createDatabase(String name) {
        databases.create(new DatabaseName(name));
    }

    /** Drops a database with everything that holds it: its connections and its replication slots. */
    public void dropDatabase(String name) {
        databases.drop(new DatabaseName(name));
    }

    public boolean databaseExists(String name) {
        return databases.exists(new DatabaseName(name));
    }

    public int port() {
        return postmaster.port();
    }

    /** Stops the server, whoever is connected; deletes a temporary data directory. Closing again does nothing. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(closeWithJvm);
        } catch (IllegalStateException jvmIsStopping) {
            // The hook runs already, and finds the server closed.
        }
    }

    private synchronized void stop() {
        if (!closed) {
            closed = true;
            postmaster.stop();
            home.close();
        }
    }
}

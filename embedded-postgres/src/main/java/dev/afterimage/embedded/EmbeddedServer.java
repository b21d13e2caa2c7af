package dev.afterimage.embedded;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
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
    private final SuperuserPassword password;
    private final Databases databases;
    private final AtomicReference<Runnable> beforeStop = new AtomicReference<>(() -> {});
    private final Thread closeWithJvm = new Thread(this::stopWithJvm, "embedded-postgres-close");
    private boolean closed;

    private EmbeddedServer(ServerHome home, Postmaster postmaster, SuperuserPassword password) {
        this.home = home;
        this.postmaster = postmaster;
        this.password = password;
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
            var server = start(home, settings);
            home.markReady();
            Runtime.getRuntime().addShutdownHook(server.closeWithJvm);
            return server;
        } catch (RuntimeException | Error failure) {
            OrphanedPostmaster.stop(home.data());
            home.close();
            throw failure;
        }
    }

    private static EmbeddedServer start(ServerHome home, ServerSettings settings) {
        var known = home.password();
        var postmaster = Postmaster.start(home, settings);
        var password = known.orElseGet(home::newPassword);
        if (known.isEmpty()) {
            postmaster.protectWith(password, SUPERUSER);
        }
        return new EmbeddedServer(home, postmaster, password);
    }

    /** For any PostgreSQL client on this machine. Holds the superuser's name and password: never print it. */
    public String jdbcUrl(String database) {
        return jdbcUrl(port(), database, password);
    }

    static String jdbcUrl(int port, String database, SuperuserPassword password) {
        return "jdbc:postgresql://localhost:%d/%s?user=%s&password=%s"
                .formatted(port, new DatabaseName(database).value(), SUPERUSER, password.value());
    }

    /** Where the superuser's password is, for other programs of the same user. */
    public Path passwordFile() {
        return password.file();
    }

    /**
     * Runs {@code work} first when the JVM ends while the server runs: all shutdown hooks run at once, and what uses
     * the server has to be closed before it. One at a time; the last wins.
     */
    public void beforeStopWithJvm(Runnable work) {
        beforeStop.set(work);
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

    private void stopWithJvm() {
        try {
            beforeStop.get().run();
        } finally {
            stop();
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

package dev.afterimage.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Where a database is and who connects: the one description from which every connection of ours is opened, also those
 * that Debezium uses. All of <a href="https://jdbc.postgresql.org/documentation/use/">pgjdbc's parameters</a> hold:
 * TLS, certificates, channel binding, several hosts. Its text shows no secret.
 */
public final class DatabaseAddress {

    /** How long a connection waits for an answer, if the URL has no {@code socketTimeout}. */
    public static final Duration SOCKET_TIMEOUT = Duration.ofMinutes(5);

    private static final int CONNECT_SECONDS = 10;
    private static final int LOGIN_SECONDS = 20;
    private static final int OLDEST_SERVER = 15;
    // Otherwise whoever may create functions in a schema of the path could replace one that we call.
    static final String OWN_PATH = "pg_catalog,pg_temp";
    private static final String SEARCH_PATH = "-c search_path=" + OWN_PATH;
    private static final String SILENT_STREAM = "-c wal_sender_timeout=20s";
    private static final Pattern SHAPE = Pattern.compile("jdbc:postgresql:(//[^/?]*/)?[^/?]*([?].*)?", Pattern.DOTALL);
    private static final String WANTED =
            "database address must look like jdbc:postgresql://host:5432/database?user=…&password=…";

    private final String jdbcUrl;
    private final @Nullable Credentials credentials;
    private final Duration socketTimeout;
    private final Properties parts;

    private DatabaseAddress(String jdbcUrl, @Nullable Credentials credentials, Duration socketTimeout) {
        this.jdbcUrl = jdbcUrl;
        this.credentials = credentials;
        this.socketTimeout = socketTimeout;
        this.parts = parse(jdbcUrl);
        PGProperty.PASSWORD.set(parts, null);
    }

    /**
     * Reads a URL such as {@code jdbc:postgresql://localhost:5432/shop?user=app&password=…}.
     *
     * @throws IllegalArgumentException if it is not a PostgreSQL JDBC URL
     */
    public static DatabaseAddress of(String jdbcUrl) {
        return new DatabaseAddress(jdbcUrl, null, SOCKET_TIMEOUT);
    }

    /** As {@link #of(String)}; user and password come from {@code credentials}, whatever the URL says. */
    public static DatabaseAddress of(String jdbcUrl, Credentials credentials) {
        return new DatabaseAddress(jdbcUrl, credentials, SOCKET_TIMEOUT);
    }

    /** The same with another wait for an answer, unless the URL has its own; zero waits for ever. */
    public DatabaseAddress withSocketTimeout(Duration timeout) {
        return new DatabaseAddress(jdbcUrl, credentials, timeout);
    }

    /** Its shape is checked first, because the driver logs the whole URL if it cannot read it. */
    private static Properties parse(String jdbcUrl) {
        var parts = SHAPE.matcher(jdbcUrl).matches() ? Driver.parseURL(jdbcUrl, new Properties()) : null;
        if (parts == null) {
            throw new IllegalArgumentException(WANTED);
        }
        return parts;
    }

    /** The first of the hosts. */
    public String host() {
        return part(PGProperty.PG_HOST, () -> "localhost").split(",", -1)[0];
    }

    /** The port of the first host. */
    public int port() {
        return Integer.parseInt(part(PGProperty.PG_PORT, () -> "5432").split(",", -1)[0]);
    }

    /** Asks the credentials, if it has any and the URL names no database: the user's name is PostgreSQL's default. */
    public String database() {
        return part(PGProperty.PG_DBNAME, this::user);
    }

    /** Asks the credentials, if it has any. */
    public String user() {
        return credentials == null
                ? part(PGProperty.USER, () -> Objects.requireNonNullElse(System.getProperty("user.name"), "postgres"))
                : credentials.login().user();
    }

    private String part(PGProperty property, Supplier<String> otherwise) {
        var value = property.getOrDefault(parts);
        return value == null || value.isEmpty() ? otherwise.get() : value;
    }

    /** Every host with its port, as in a URL. */
    private String hosts() {
        var hosts = part(PGProperty.PG_HOST, () -> "localhost").split(",", -1);
        var ports = part(PGProperty.PG_PORT, () -> "5432").split(",", -1);
        var text = new StringBuilder();
        for (int i = 0; i < hosts.length; i++) {
            text.append(i == 0 ? "" : ",").append(hosts[i]).append(':').append(ports[Math.min(i, ports.length - 1)]);
        }
        return text.toString();
    }

    /**
     * Opens a new connection each time: not a pool. For statements of our own: the search path is {@code pg_catalog},
     * so other names need their schema.
     */
    public DataSource dataSource(String applicationName) {
        return new AddressDataSource(this, applicationName);
    }

    /** Opens one connection of {@link #dataSource}. */
    public Connection connect(String applicationName) throws SQLException {
        return open(ours(applicationName));
    }

    /**
     * Opens a connection that understands replication commands and simple queries only. The server ends its stream
     * after 20 silent seconds, unless the URL has its own {@code wal_sender_timeout} among its options: the server's
     * usual minute is how long a process that was frozen would hold its slot.
     */
    public Connection connectForReplication(String applicationName) throws SQLException {
        var properties = ours(applicationName);
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.OPTIONS.set(properties, SILENT_STREAM + " " + PGProperty.OPTIONS.getOrDefault(properties));
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, Integer.toString(OLDEST_SERVER));
        return open(properties);
    }

    private Properties ours(String applicationName) {
        var properties = parse(jdbcUrl);
        if (credentials != null) {
            var login = credentials.login();
            PGProperty.USER.set(properties, login.user());
            PGProperty.PASSWORD.set(properties, login.password());
        }
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false); // the server's details quote rows
        PGProperty.CURRENT_SCHEMA.set(properties, null);
        var options = PGProperty.OPTIONS.getOrDefault(properties);
        PGProperty.OPTIONS.set(properties, options == null ? SEARCH_PATH : options + " " + SEARCH_PATH);
        unlessSaid(properties, PGProperty.TCP_KEEP_ALIVE, "true");
        unlessSaid(properties, PGProperty.CONNECT_TIMEOUT, Integer.toString(CONNECT_SECONDS));
        unlessSaid(properties, PGProperty.LOGIN_TIMEOUT, Integer.toString(LOGIN_SECONDS));
        unlessSaid(properties, PGProperty.SOCKET_TIMEOUT, Long.toString(socketTimeout.toSeconds()));
        return properties;
    }

    private static void unlessSaid(Properties properties, PGProperty property, String value) {
        if (!properties.containsKey(property.getName())) {
            properties.setProperty(property.getName(), value);
        }
    }

    /** Secrets are in the properties only: the driver logs the URL. */
    private Connection open(Properties properties) throws SQLException {
        var user = PGProperty.USER.getOrDefault(properties);
        var database = part(PGProperty.PG_DBNAME, () -> user == null ? user() : user);
        var encoded = URLEncoder.encode(database, StandardCharsets.UTF_8);
        var connection = new Driver().connect("jdbc:postgresql://%s/%s".formatted(hosts(), encoded), properties);
        return Objects.requireNonNull(connection, "the driver knows its own URL");
    }

    @Override
    public String toString() {
        return credentials == null
                ? "%s/%s as %s".formatted(hosts(), database(), user())
                : "%s/%s".formatted(hosts(), part(PGProperty.PG_DBNAME, () -> ""));
    }
}

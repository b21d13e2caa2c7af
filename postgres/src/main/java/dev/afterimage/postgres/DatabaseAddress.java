package dev.afterimage.postgres;

import java.util.Objects;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** Where a database is and who connects, for those who need more than a pool. Its text never shows the password. */
public final class DatabaseAddress {

    private final String jdbcUrl;
    private final Properties parts;

    private DatabaseAddress(String jdbcUrl, Properties parts) {
        this.jdbcUrl = jdbcUrl;
        this.parts = parts;
    }

    /**
     * Reads a URL such as {@code jdbc:postgresql://localhost:5432/shop?user=app&password=…}.
     *
     * @throws IllegalArgumentException if it is not a PostgreSQL JDBC URL
     */
    public static DatabaseAddress of(String jdbcUrl) {
        var parts = Driver.parseURL(jdbcUrl, new Properties());
        if (parts == null) {
            throw new IllegalArgumentException(
                    "database address must look like jdbc:postgresql://host:5432/database?user=…&password=…");
        }
        return new DatabaseAddress(jdbcUrl, parts);
    }

    /** May contain the password: never print it. */
    public String jdbcUrl() {
        return jdbcUrl;
    }

    public String host() {
        return part(PGProperty.PG_HOST, "localhost").split(",", -1)[0];
    }

    public int port() {
        return Integer.parseInt(part(PGProperty.PG_PORT, "5432").split(",", -1)[0]);
    }

    public String database() {
        return part(PGProperty.PG_DBNAME, user());
    }

    public String user() {
        return part(PGProperty.USER, Objects.requireNonNullElse(System.getProperty("user.name"), "postgres"));
    }

    /** Never print it. */
    public String password() {
        return part(PGProperty.PASSWORD, "");
    }

    /** libpq's name for how the connection is encrypted, such as {@code prefer} or {@code verify-full}. */
    public String sslMode() {
        return part(PGProperty.SSL_MODE, "prefer");
    }

    private String part(PGProperty property, String otherwise) {
        var value = property.getOrDefault(parts);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** Opens a new connection each time; each names itself to the server. */
    public DataSource dataSource(String applicationName) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl);
        dataSource.setApplicationName(applicationName);
        dataSource.setTcpKeepAlive(true);
        dataSource.setLogServerErrorDetail(false); // the server's details quote rows
        return dataSource;
    }

    @Override
    public String toString() {
        return "%s:%d/%s as %s".formatted(host(), port(), database(), user());
    }
}

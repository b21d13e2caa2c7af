package dev.afterimage.embedded.junit;

import dev.afterimage.embedded.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An empty database for one test class, on the one server of the test run: {@code @RegisterExtension static final
 * FreshDatabase database = new FreshDatabase();}. A class that leaves a connection or a replication slot behind fails;
 * the database is dropped in any case.
 */
public final class FreshDatabase implements BeforeAllCallback, AfterAllCallback {

    private static final Duration LEFTOVER_LIMIT = Duration.ofMinutes(1);

    private @Nullable EmbeddedServer server;
    private @Nullable String name;
    private int depth;

    @Override
    public void beforeAll(ExtensionContext context) {
        // JUnit calls again for each nested class, which shares the database of the outermost.
        if (depth++ == 0) {
            var shared = SharedServer.of(context);
            server = shared.server();
            name = shared.createDatabase();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws SQLException {
        if (--depth == 0 && name != null) {
            try {
                requireNothingLeft(context.getRequiredTestClass(), LEFTOVER_LIMIT);
            } finally {
                dropDatabase();
            }
        }
    }

    /** Opens a new connection each time: not a pool. */
    public DataSource dataSource() {
        return server().dataSource(name());
    }

    public String jdbcUrl() {
        return server().jdbcUrl(name());
    }

    /** The URL for a role that a test made; gives it a password, which every role needs to log in. */
    public String jdbcUrlFor(String role) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("alter role %s login password '%1$s'".formatted(role));
        }
        return jdbcUrl().replaceFirst("[?].*", "?user=%s&password=%1$s".formatted(role));
    }

    /** A new connection, which the caller closes. */
    public Connection connect() throws SQLException {
        return dataSource().getConnection();
    }

    public String name() {
        if (name == null) {
            throw outsideOfTests();
        }
        return name;
    }

    void requireNothingLeft(Class<?> test, Duration limit) throws SQLException {
        var left = Leftovers.after(limit, server().dataSource("postgres"), name());
        if (!left.isEmpty()) {
            throw new AssertionError(("%s left this behind in database %s, waited %d ms:%n  %s%n"
                            + "Close connections, stop engines and drop slots in the test or in @AfterEach or @AfterAll")
                    .formatted(test.getSimpleName(), name(), limit.toMillis(), left.describe()));
        }
    }

    private void dropDatabase() {
        if (server().databaseExists(name())) {
            server().dropDatabase(name());
        }
        server = null;
        name = null;
    }

    private EmbeddedServer server() {
        if (server == null) {
            throw outsideOfTests();
        }
        return server;
    }

    private static IllegalStateException outsideOfTests() {
        return new IllegalStateException("FreshDatabase has a database only from @BeforeAll to @AfterAll: "
                + "is the field static and annotated with @RegisterExtension?");
    }
}

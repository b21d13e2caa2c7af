package dev.afterimage.relay.debezium;

import dev.afterimage.postgres.DatabaseAddress;
import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.jdbc.JdbcConnection.ConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the connections of one engine from our address, so that they have all of its parameters and that Debezium,
 * which logs its settings, never knows a password. Debezium makes the factory by its class name and gives it text only,
 * so the engine's settings hold a key by which it finds this.
 */
final class EngineConnections implements AutoCloseable {

    /** Debezium removes the prefix {@code database.} before it asks the factory. */
    private static final String KEY = "afterimage.engine";

    private static final Logger LOG = LoggerFactory.getLogger(EngineConnections.class);
    private static final Map<String, EngineConnections> OPEN = new ConcurrentHashMap<>();

    /** Made by Debezium, hence public. */
    public static final class Factory implements ConnectionFactory {

        @Override
        public Connection connect(JdbcConfiguration wanted) throws SQLException {
            var engine = OPEN.get(Objects.requireNonNullElse(wanted.getString(KEY), ""));
            if (engine == null) {
                throw ended();
            }
            return engine.connect(wanted);
        }
    }

    private final DatabaseAddress address;
    private final String key = UUID.randomUUID().toString();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    private EngineConnections(DatabaseAddress address) {
        this.address = address;
    }

    /** For one engine, until it is closed. */
    static EngineConnections open(DatabaseAddress address) {
        var engine = new EngineConnections(address);
        OPEN.put(engine.key, engine);
        return engine;
    }

    /** A name that no other engine has. */
    String key() {
        return key;
    }

    /** What the engine learns of its connections. */
    Map<String, String> properties() {
        return Map.of(
                "database." + KEY,
                key,
                "database.connection.factory.class",
                Factory.class.getName(),
                "database.hostname",
                address.host(),
                "database.port",
                Integer.toString(address.port()),
                "database.user",
                address.user(),
                "database.dbname",
                address.database());
    }

    private Connection connect(JdbcConfiguration wanted) throws SQLException {
        var name = wanted.getString("ApplicationName", "Debezium");
        var connection = wanted.hasKey("replication") ? address.connectForReplication(name) : address.connect(name);
        connections.removeIf(EngineConnections::isClosed);
        connections.add(connection);
        if (!OPEN.containsKey(key)) {
            abort();
            throw ended();
        }
        return connection;
    }

    private static SQLException ended() {
        return new SQLException("the engine has ended", "08003");
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    private void abort() {
        for (var connection : connections) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("{}: a connection could not be cut", address, e);
            }
        }
        connections.clear();
    }

    /**
     * No connection is opened from now on, and those that are open are cut at once, without a word to the server: an
     * engine that no longer hears it ends.
     */
    @Override
    public void close() {
        OPEN.remove(key);
        abort();
    }
}

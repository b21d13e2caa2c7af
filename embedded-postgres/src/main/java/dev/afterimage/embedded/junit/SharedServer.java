package dev.afterimage.embedded.junit;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** The one server of a test run, in JUnit's root store, which closes it after the last test. */
final class SharedServer implements AutoCloseable {

    private static final Namespace NAMESPACE = Namespace.create(SharedServer.class);

    private final EmbeddedServer server = EmbeddedServer.start(ServerSettings.forTests());
    private final AtomicInteger databases = new AtomicInteger();

    static SharedServer of(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(SharedServer.class, key -> new SharedServer(), SharedServer.class);
    }

    EmbeddedServer server() {
        return server;
    }

    /** Creates a database with a name of its own, and returns the name. */
    String createDatabase() {
        var name = "test_" + databases.incrementAndGet();
        server.createDatabase(name);
        return name;
    }

    @Override
    public void close() {
        server.close();
    }
}

package dev.afterimage.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** The server's main process, unpacked, initialised and started by zonky's library. */
final class Postmaster {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    // PostgreSQL's own C.UTF-8 is the same on every machine; the C library's is missing on some.
    private static final Map<String, String> LOCALE =
            Map.of("locale", "C", "locale-provider", "builtin", "builtin-locale", "C.UTF-8");
    // Before PostgreSQL 17 there is only the C library's.
    private static final Map<String, String> LOCALE_OF_OTHERS = Map.of("locale", "C.UTF-8");

    private final EmbeddedPostgres embedded;
    private final Path data;

    private Postmaster(EmbeddedPostgres embedded, Path data) {
        this.embedded = embedded;
        this.data = data;
    }

    static Postmaster start(ServerHome home, ServerSettings settings) {
        requireFree(settings.port());
        try {
            return new Postmaster(builder(home, settings).start(), home.data());
        } catch (IOException | RuntimeException | ExceptionInInitializerError failure) {
            throw new EmbeddedServerException(
                    "the server did not start in %s within %d s (%s); the end of its log:%n%s"
                            .formatted(home.data(), START_LIMIT.toSeconds(), failure.getMessage(), home.endOfLog()),
                    failure);
        }
    }

    int port() {
        return embedded.getPort();
    }

    /** Gives a server that lets everybody in a password, and makes it ask for it from now on. */
    void protectWith(SuperuserPassword password, String superuser) {
        try (var connection = embedded.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("alter role %s password '%s'".formatted(superuser, password.value()));
            SuperuserPassword.require(data);
            statement.execute("select pg_reload_conf()");
        } catch (SQLException failure) {
            throw new EmbeddedServerException("cannot give the server in %s a password".formatted(data), failure);
        }
    }

    /** Fast shutdown; what does not stop within its time limit is killed. */
    void stop() {
        try {
            embedded.close();
        } catch (IOException failure) {
            throw new EmbeddedServerException("the server in %s did not stop".formatted(data), failure);
        } finally {
            OrphanedPostmaster.stop(data);
        }
    }

    private static EmbeddedPostgres.Builder builder(ServerHome home, ServerSettings settings) {
        var log = Redirect.appendTo(home.log().toFile());
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(home.data())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_LIMIT)
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .setPort(settings.port());
        BinariesCache.directory().ifPresent(cache -> builder.setOverrideWorkingDirectory(cache.toFile()));
        var others = OtherBinaries.chosen();
        others.ifPresent(binaries -> use(binaries, builder));
        (others.isPresent() ? LOCALE_OF_OTHERS : LOCALE).forEach(builder::setLocaleConfig);
        home.password().ifPresent(password -> {
            builder.setLocaleConfig("pwfile", quoted(password.file().toString())); // the library knows no other options
            builder.setConnectConfig("password", password.value());
            builder.setDataDirectoryCustomizer(data -> SuperuserPassword.require(data.toPath()));
        });
        settings.allParameters().forEach((name, value) -> builder.setServerConfig(name, quoted(value)));
        return builder;
    }

    private static void use(OtherBinaries binaries, EmbeddedPostgres.Builder builder) {
        binaries.linkInto(BinariesCache.directory()
                .orElseThrow(() -> new EmbeddedServerException(
                        OtherBinaries.VARIABLE + " and ot.epg.working-dir exclude each other")));
        builder.setPgBinaryResolver((system, architecture) -> binaries.archive());
    }

    private static String quoted(String value) {
        return value.matches("[A-Za-z0-9_./,:+-]*") ? value : '"' + value + '"';
    }

    /** Otherwise the library would wait in vain, or take a stranger's server for its own. */
    private static void requireFree(int port) {
        if (port == 0) {
            return;
        }
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } catch (IOException taken) {
            throw new EmbeddedServerException(
                    "port %d is not free (%s): stop what listens there, or choose another port"
                            .formatted(port, taken.getMessage()),
                    taken);
        }
    }
}

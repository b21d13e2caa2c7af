package dev.afterimage.cli.database;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.RunningServer;
import dev.afterimage.embedded.ServerSettings;
import dev.afterimage.postgres.DatabaseAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which database a command works on. */
public final class DatabaseOptions {

    private static final String EMBEDDED_DATABASE = "northwind";

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "A PostgreSQL of your own (wal_level = logical), such as "
                    + "jdbc:postgresql://localhost:5432/shop?user=app&password=…; "
                    + "the environment variable AFTERIMAGE_JDBC_URL keeps a password out of the process list.",
            defaultValue = "${env:AFTERIMAGE_JDBC_URL}")
    private @Nullable String jdbcUrl;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Run the embedded PostgreSQL on this folder and leave it there.")
    private @Nullable Path keep;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    public boolean isOwn() {
        return jdbcUrl != null;
    }

    public @Nullable Path kept() {
        return keep;
    }

    /** Opens the named database, or a new embedded one that is gone when it is closed. */
    public OpenDatabase openOrTemporary() {
        if (jdbcUrl != null && keep != null) {
            throw usage("--jdbc-url and --keep exclude each other");
        }
        if (jdbcUrl != null) {
            return new OpenDatabase(DatabaseAddress.of(jdbcUrl), null);
        }
        var settings = keep == null
                ? ServerSettings.durable()
                : ServerSettings.durable().withDataDirectory(keep);
        var server = EmbeddedServer.start(settings);
        if (!server.databaseExists(EMBEDDED_DATABASE)) {
            server.createDatabase(EMBEDDED_DATABASE);
        }
        return new OpenDatabase(DatabaseAddress.of(server.jdbcUrl(EMBEDDED_DATABASE)), server);
    }

    /** Opens a database that outlives the command; one that another command keeps running is used where it runs. */
    public OpenDatabase open() {
        requireNamed();
        return jdbcUrl == null && keep != null
                ? RunningServer.on(keep)
                        .map(server -> new OpenDatabase(DatabaseAddress.of(server.jdbcUrl(EMBEDDED_DATABASE)), null))
                        .orElseGet(this::openOrTemporary)
                : openOrTemporary();
    }

    /** The same for a command that runs its server itself, for as long as it takes. */
    public OpenDatabase openAlone() {
        requireNamed();
        return openOrTemporary();
    }

    private void requireNamed() {
        if (jdbcUrl == null && keep == null) {
            throw usage("say which database: --jdbc-url URL, or --keep DIR of an earlier demo");
        }
    }

    private ParameterException usage(String problem) {
        if (command == null) {
            throw new IllegalStateException(problem);
        }
        return new ParameterException(command.commandLine(), problem);
    }
}

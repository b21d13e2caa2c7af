package dev.afterimage.codegen;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jooq.codegen.GenerationTool;

/** One run: a server, in it a database for each target, from it the target's classes. */
final class Generation {

    private final EmbeddedServer server;

    private Generation(EmbeddedServer server) {
        this.server = server;
    }

    /** Returns the number of tables. The files of a target change only if all its SQL and its generation succeeded. */
    static int of(List<Target> targets) {
        try (var server = EmbeddedServer.start(ServerSettings.forTests())) {
            var generation = new Generation(server);
            int tables = 0;
            for (int i = 0; i < targets.size(); i++) {
                tables += generation.generate(targets.get(i), "target_" + i);
            }
            return tables;
        }
    }

    private int generate(Target target, String database) {
        server.createDatabase(database);
        createTables(target.schemas(), database);
        try {
            var fresh = Files.createTempDirectory("jooq-classes-");
            try {
                for (var schema : target.schemas()) {
                    runJooq(schema, database, fresh);
                }
                return GeneratedFiles.replace(target, fresh);
            } finally {
                GeneratedFiles.deleteTree(fresh);
            }
        } catch (IOException failure) {
            throw new CodegenException("cannot write to %s: %s".formatted(target.out(), failure), failure);
        }
    }

    private void createTables(List<SchemaSource> schemas, String database) {
        try (var connection = server.dataSource(database).getConnection()) {
            for (var schema : schemas) {
                useSchema(connection, schema.schema());
                for (var file : schema.files()) {
                    file.runOn(connection);
                }
            }
        } catch (SQLException failure) {
            throw new CodegenException("cannot prepare a database: " + failure.getMessage(), failure);
        }
    }

    private static void useSchema(Connection connection, String schema) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("create schema if not exists \"%s\"".formatted(schema));
            statement.execute("set search_path to \"%s\"".formatted(schema));
        }
    }

    private void runJooq(SchemaSource schema, String database, Path directory) {
        try {
            GenerationTool.generate(JooqConfiguration.of(server.jdbcUrl(database), schema, directory));
        } catch (Exception failure) {
            throw new CodegenException("jOOQ failed on schema %s: %s".formatted(schema.schema(), failure), failure);
        }
    }
}

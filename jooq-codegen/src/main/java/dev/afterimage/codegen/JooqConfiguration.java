package dev.afterimage.codegen;

import java.nio.file.Path;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.OnError;
import org.jooq.meta.jaxb.Target;

/** How we want jOOQ's classes: tables, records with setters that chain, and keys; nothing that changes by itself. */
final class JooqConfiguration {

    private JooqConfiguration() {}

    static Configuration of(String jdbcUrl, SchemaSource schema, Path directory) {
        return new Configuration()
                .withLogging(Logging.WARN)
                .withOnError(OnError.FAIL)
                .withJdbc(new Jdbc().withUrl(jdbcUrl))
                .withGenerator(new Generator()
                        .withDatabase(database(schema.schema()))
                        .withGenerate(generate())
                        .withTarget(new Target()
                                .withPackageName(schema.javaPackage())
                                .withDirectory(directory.toString())
                                .withEncoding("UTF-8")
                                .withLocale("en")
                                .withClean(false)));
    }

    private static Database database(String schema) {
        return new Database()
                .withName("org.jooq.meta.postgres.PostgresDatabase")
                .withInputSchema(schema)
                .withIncludeRoutines(false)
                .withIncludeSequences(false)
                .withIncludeUDTs(false)
                .withTableValuedFunctionsAsTables(false)
                // A partition is reached through its table.
                .withExcludeSql("select relname from pg_class where relispartition");
    }

    private static Generate generate() {
        return new Generate()
                .withRecords(true)
                .withFluentSetters(true)
                .withPojos(false)
                .withDaos(false)
                .withJavaTimeTypes(true)
                .withGlobalObjectReferences(true)
                .withDeprecated(false)
                .withDeprecationOnUnknownTypes(false)
                .withGeneratedAnnotation(false)
                .withNullableAnnotation(false)
                .withNonnullAnnotation(false);
    }
}

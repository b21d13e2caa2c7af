package dev.afterimage.codegen;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line: each {@code --out} starts a target, to which the {@code --schema}s after it belong. */
final class Arguments {

    static final String USAGE = """
            usage: GenerateTables (--out DIRECTORY (--schema SCHEMA=PACKAGE=SQL_DIRECTORY_OR_FILE)+)+
              --out     where the Java files go; remembers there what they were made from
              --schema  a PostgreSQL schema, the Java package of its classes, and the SQL that creates its tables""";

    private Arguments() {}

    /** One target or more, each with one schema or more, in the order of the command line. */
    static List<Target> parse(List<String> arguments) {
        var targets = new ArrayList<Target>();
        for (int i = 0; i < arguments.size(); i += 2) {
            var option = arguments.get(i);
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException("%s has no value".formatted(option));
            }
            accept(option, arguments.get(i + 1), targets);
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("--out is missing");
        }
        targets.forEach(Arguments::requireSchema);
        return List.copyOf(targets);
    }

    private static void accept(String option, String value, List<Target> targets) {
        switch (option) {
            case "--out" -> targets.add(new Target(Path.of(value), List.of()));
            case "--schema" -> {
                if (targets.isEmpty()) {
                    throw new IllegalArgumentException("--schema %s comes before any --out".formatted(value));
                }
                targets.add(targets.removeLast().with(schema(value)));
            }
            default -> throw new IllegalArgumentException("unknown option '%s'".formatted(option));
        }
    }

    private static SchemaSource schema(String value) {
        var parts = value.split("=", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("--schema must be SCHEMA=PACKAGE=SQL, was '%s'".formatted(value));
        }
        return new SchemaSource(parts[0], parts[1], Path.of(parts[2]));
    }

    private static void requireSchema(Target target) {
        if (target.schemas().isEmpty()) {
            throw new IllegalArgumentException("--out %s has no --schema".formatted(target.out()));
        }
    }
}

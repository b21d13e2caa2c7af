package dev.afterimage.codegen;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory of generated Java files and the schemas it is made from, which may refer to those before them. */
record Target(Path out, List<SchemaSource> schemas) {

    Target {
        schemas = List.copyOf(schemas);
    }

    Target with(SchemaSource schema) {
        var more = new ArrayList<>(schemas);
        more.add(schema);
        return new Target(out, more);
    }

    boolean isUpToDate() {
        return Stamp.in(out).isOf(Inputs.fingerprint(schemas));
    }
}

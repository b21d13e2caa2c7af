package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jooq.DSLContext;

/** Moves a table to its place, with the names of its version for all that needs a name of its own there. */
final class DraftNames {

    private static final int LONGEST = 63;
    private static final int SHORTENED = 54;

    private final DSLContext transaction;

    DraftNames(DSLContext transaction) {
        this.transaction = transaction;
    }

    void move(ProjectionVersion version, String table) {
        for (var index : indexes(table)) {
            transaction.execute(
                    "ALTER INDEX {0} RENAME TO {1}", name(Draft.SCHEMA, index), name(versioned(index, table, version)));
        }
        for (var statistics : statistics(table)) {
            var versioned = versioned(statistics, table, version);
            transaction.execute("ALTER STATISTICS {0} RENAME TO {1}", name(Draft.SCHEMA, statistics), name(versioned));
            transaction.execute(
                    "ALTER STATISTICS {0} SET SCHEMA {1}", name(Draft.SCHEMA, versioned), name(version.schema()));
        }
        transaction.execute("ALTER TABLE {0} RENAME TO {1}", name(Draft.SCHEMA, table), name(version.tableName(table)));
        transaction.execute(
                "ALTER TABLE {0} SET SCHEMA {1}", name(Draft.SCHEMA, version.tableName(table)), name(version.schema()));
    }

    private List<String> indexes(String table) {
        return Catalog.texts(transaction, """
                SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = to_regclass(?) ORDER BY 1""", Draft.SCHEMA + "." + table);
    }

    private List<String> statistics(String table) {
        return Catalog.texts(
                transaction,
                "SELECT stxname FROM pg_statistic_ext WHERE stxrelid = to_regclass(?) ORDER BY 1",
                Draft.SCHEMA + "." + table);
    }

    /** {@code score_pkey} becomes {@code score__v2_pkey}; what is too long for PostgreSQL ends in a checksum. */
    private static String versioned(String plain, String table, ProjectionVersion version) {
        var rest = plain.startsWith(table + "_") ? plain.substring(table.length()) : "__" + plain;
        var whole = version.tableName(table) + rest;
        var bytes = whole.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST) {
            return whole;
        }
        var checksum = new CRC32();
        checksum.update(bytes);
        int end = SHORTENED;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "_"
                + HexFormat.of().toHexDigits((int) checksum.getValue());
    }
}

package dev.afterimage.postgres;

import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The role may not do what was tried: nothing helps but a grant. */
public final class DeniedException extends DatabaseException {

    public static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final long serialVersionUID = 1L;

    /** Of which the server says nothing but in its message. */
    private static final Pattern OBJECT = Pattern.compile("permission denied for (schema|sequence|table|view) (\\S+)");

    /** @param role quoted if it has to be, as in SQL */
    DeniedException(String attempt, String role, SQLException cause) {
        super("%s failed: %s".formatted(attempt, describe(role, cause)), cause.getSQLState(), cause);
    }

    private static String describe(String role, SQLException cause) {
        var reported = SqlMessages.withoutRows(cause);
        var object = OBJECT.matcher(reported);
        if (!object.find()) {
            return "role %s lacks a privilege: %s".formatted(role, reported);
        }
        var kind = object.group(1);
        var name = object.group(2);
        return switch (kind) {
            case "schema", "sequence" ->
                "role %s may not use %s %s: GRANT USAGE ON %s %s TO %s (%s)"
                        .formatted(role, kind, name, kind.toUpperCase(Locale.ROOT), name, role, reported);
            default ->
                "role %s may not read %s %s or not write to it: GRANT it what README.md lists under Grants (%s)"
                        .formatted(role, kind, name, reported);
        };
    }
}

package dev.afterimage.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A file of SQL statements, which it runs one by one so that an error can be given its line. */
record SqlFile(Path path, String sql) {

    private static final Pattern BLANKS_AND_COMMENTS = Pattern.compile("(?s)(\\s+|--[^\\n]*|/\\*.*?\\*/)*");

    static SqlFile read(Path path) {
        try {
            return new SqlFile(path, Files.readString(path));
        } catch (IOException failure) {
            throw new CodegenException("cannot read %s: %s".formatted(path.toAbsolutePath(), failure), failure);
        }
    }

    String name() {
        return path.getName(path.getNameCount() - 1).toString();
    }

    /** Stops at the first statement that fails. */
    void runOn(Connection connection) throws SQLException {
        int end = 0;
        for (var query : statements()) {
            var text = query.nativeSql;
            int start = sql.indexOf(text, end);
            try (var statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(text);
            } catch (PSQLException failure) {
                throw new CodegenException(describe(failure, text, start), failure);
            }
            end = start < 0 ? end : start + text.length();
        }
    }

    private List<NativeQuery> statements() throws SQLException {
        return Parser.parseJdbcSql(sql, true, false, true, false, false);
    }

    /** The file and line as most terminals and IDEs link them, then what PostgreSQL says. */
    private String describe(PSQLException failure, String text, int start) {
        var server = failure.getServerErrorMessage();
        var line = start < 0 ? "" : ":" + lineOf(start + errorOffset(server, text));
        return path.toAbsolutePath() + line + ": " + (server == null ? failure.getMessage() : describe(server));
    }

    private static String describe(ServerErrorMessage server) {
        var detail = server.getDetail() == null ? "" : "%n  Detail: %s".formatted(server.getDetail());
        var hint = server.getHint() == null ? "" : "%n  Hint: %s".formatted(server.getHint());
        return "%s (SQLSTATE %s)%s%s".formatted(server.getMessage(), server.getSQLState(), detail, hint);
    }

    private static int errorOffset(@Nullable ServerErrorMessage server, String text) {
        if (server != null && server.getPosition() > 0) {
            return text.offsetByCodePoints(0, server.getPosition() - 1);
        }
        var leading = BLANKS_AND_COMMENTS.matcher(text);
        return leading.lookingAt() ? leading.end() : 0;
    }

    private long lineOf(int offset) {
        return 1 + sql.substring(0, offset).chars().filter(c -> c == '\n').count();
    }
}

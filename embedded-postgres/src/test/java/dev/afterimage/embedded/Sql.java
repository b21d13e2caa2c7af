package dev.afterimage.embedded;

import java.sql.SQLException;
import javax.sql.DataSource;

/** One statement on one connection, for tests. */
final class Sql {

    private Sql() {}

    /** The first column of the first row, as text. */
    static String value(DataSource dataSource, String query) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void execute(DataSource dataSource, String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String setting(EmbeddedServer server, String name) throws SQLException {
        return value(server.dataSource("postgres"), "select current_setting('%s')".formatted(name));
    }
}

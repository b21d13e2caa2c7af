package dev.afterimage.proof.reliability;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Judges what arrived, by SQL alone: the log against the outbox, the log against the service's own tables, the read
 * models against the service's own tables. None of the code that it judges runs in it.
 */
public final class Oracle {

    private static final List<Check> CHECKS = Stream.of(
                    LogAgainstOutbox.CHECKS, LogAgainstShop.CHECKS, ReadModelsAgainstShop.CHECKS)
            .flatMap(List::stream)
            .toList();

    private Oracle() {}

    /** The sentences that do not hold, each with its number of exceptions and the first of them; empty if all hold. */
    public static List<String> violations(Connection connection) throws SQLException {
        var found = new ArrayList<String>();
        for (var check : CHECKS) {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery(check.sql())) {
                row.next();
                if (row.getLong(1) > 0) {
                    found.add("%s: %d exceptions, such as %s"
                            .formatted(check.promise(), row.getLong(1), row.getString(2)));
                }
            }
        }
        return found;
    }
}

package dev.afterimage.postgres;

import java.sql.SQLException;
import java.util.List;

/** A lock was waited for and not given in time. Trying again helps once whoever holds it has let go. */
public final class BlockedException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param holders described, as far as they can be seen */
    BlockedException(String attempt, List<String> holders, SQLException cause) {
        super(
                "%s failed: a lock was not given in time: %s"
                        .formatted(
                                attempt,
                                holders.isEmpty()
                                        ? "whoever held it has let go since"
                                        : "end these transactions or wait for them: " + String.join("; ", holders)),
                cause.getSQLState(),
                cause);
    }
}

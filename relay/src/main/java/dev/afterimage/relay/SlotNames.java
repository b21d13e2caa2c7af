package dev.afterimage.relay;

import dev.afterimage.eventlog.LogSources;
import dev.afterimage.relay.source.SourceDatabase;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Which slot is a database's: slots belong to the whole server, so the default names the database. */
final class SlotNames {

    /** The default of earlier versions, whatever the database. */
    static final String EARLIER_DEFAULT = "afterimage_outbox";

    private static final int MAX_LENGTH = 63;
    private static final int HASH_LENGTH = 8;

    private SlotNames() {}

    /** The slot of the settings; else the one that an earlier version made for this database; else the default. */
    static String of(RelaySettings settings, SourceDatabase source, LogSources log) {
        return settings.slot().orElseGet(() -> {
            var named = ofDatabase(source.databaseName());
            return log.bookmark(named).isEmpty() && isOfEarlierVersion(source, log) ? EARLIER_DEFAULT : named;
        });
    }

    private static boolean isOfEarlierVersion(SourceDatabase source, LogSources log) {
        var slot = source.slot(EARLIER_DEFAULT);
        return log.bookmark(EARLIER_DEFAULT).isPresent()
                && (slot.isEmpty() || slot.get().database().equals(source.databaseName()));
    }

    /** A name that PostgreSQL allows; what it does not allow is replaced, and a hash keeps two such names apart. */
    static String ofDatabase(String database) {
        var plain = database.replaceAll("[^a-z0-9_]", "_");
        var name = EARLIER_DEFAULT + "_" + plain;
        if (plain.equals(database) && name.length() <= MAX_LENGTH) {
            return name;
        }
        var hash = UUID.nameUUIDFromBytes(database.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, HASH_LENGTH);
        return name.substring(0, Math.min(name.length(), MAX_LENGTH - HASH_LENGTH - 1)) + "_" + hash;
    }
}

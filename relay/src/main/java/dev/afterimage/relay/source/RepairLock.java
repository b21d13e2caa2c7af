package dev.afterimage.relay.source;

import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.Pause;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Lets one init or repair of a slot work at a time, on every node; the others wait for their turn. */
public final class RepairLock {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private RepairLock() {}

    /** Waits without limit, and says so once. The lock goes with this process, however that ends. */
    public static <T> T alone(DatabaseAddress address, String slot, Consumer<String> notes, Supplier<T> work) {
        try (var connection = new KeptConnection(address, "afterimage-repair-lock", LIMIT)) {
            if (!tryTake(connection, slot)) {
                notes.accept("another init or repair of slot %s is at work: waiting for it".formatted(slot));
                while (!tryTake(connection, slot)) {
                    Pause.before("another init or repair of slot " + slot, PAUSE);
                }
            }
            return work.get();
        }
    }

    private static boolean tryTake(KeptConnection connection, String slot) {
        var sql = "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended(?::text, 0))";
        return connection.ask("waiting for other nodes to make slot " + slot, open -> {
            try (var statement = open.prepareStatement(sql)) {
                statement.setString(1, "afterimage slot " + slot);
                try (var rows = statement.executeQuery()) {
                    return rows.next() && rows.getBoolean(1);
                }
            }
        });
    }
}

package dev.afterimage.cli.database;

import dev.afterimage.relay.RelaySettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which replication slot a command works with. */
public final class SlotOption {

    @Option(
            names = "--slot",
            paramLabel = "NAME",
            description = "The replication slot, if it is not the one that init made for this database: "
                    + "afterimage_outbox_ and the database's name.")
    private @Nullable String slot;

    public RelaySettings settings() {
        var settings = RelaySettings.defaults();
        return slot == null ? settings : settings.withSlot(slot);
    }
}

package dev.afterimage.proof.reliability;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One process becomes the one that feeds the log and the read models, as the database has it; when is remembered. */
final class TakeOver implements BooleanSupplier {

    private static final int PROJECTIONS = 3;

    private final Arrival database;
    private final long pid;
    private final long began = System.nanoTime();
    private @Nullable Duration relay;
    private @Nullable Duration projections;

    /** Counts from now. */
    TakeOver(Arrival database, PipelineProcess by) {
        this.database = database;
        this.pid = by.pid();
    }

    @Override
    public boolean getAsBoolean() {
        if (relay == null && isRelay()) {
            relay = passed();
        }
        if (projections == null && isProjector()) {
            projections = passed();
        }
        return relay != null && projections != null;
    }

    Duration passed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private boolean isRelay() {
        return database.number(
                        "SELECT count(*) FROM afterimage.relay_status WHERE state = 'STREAMING' AND node LIKE '%d@%%'"
                                .formatted(pid))
                > 0;
    }

    private boolean isProjector() {
        return database.number("""
                SELECT count(*) FROM afterimage.version_lease JOIN afterimage.projection_version USING (projection, version)
                WHERE phase = 'active' AND state = 'running' AND until > clock_timestamp() AND node ~ '-%d-[0-9a-f]+$'""".formatted(pid)) == PROJECTIONS;
    }

    @Override
    public String toString() {
        return "the projections after %s, the relay after %s".formatted(projections, relay);
    }
}

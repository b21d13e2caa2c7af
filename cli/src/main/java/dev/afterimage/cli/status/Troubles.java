package dev.afterimage.cli.status;

import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.readmodels.BuildFailure;
import dev.afterimage.readmodels.VersionPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What needs somebody. */
final class Troubles {

    /** A relay reports every second. */
    private static final Duration SILENCE = Duration.ofSeconds(15);
    /** What passes by itself, such as a restart of the server, has passed by then. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Troubles() {}

    static List<String> of(StatusReport status) {
        var troubles = new ArrayList<String>();
        status.logDamage().ifPresent(troubles::add);
        if (status.relays().isEmpty() && status.logDamage().isEmpty()) {
            troubles.add("the log has no source: run ./afterimage init");
        }
        var atRest = status.atRest().isPresent();
        status.relays().stream()
                .filter(relay -> !atRest || !AtRest.isClosed(relay))
                .forEach(relay -> relay(relay, status).ifPresent(troubles::add));
        // Nobody reads a retired version: it is only what one could go back to.
        status.versions().stream()
                .filter(version -> version.version().phase() != VersionPhase.RETIRED)
                .filter(version -> !atRest || !AtRest.isUnfed(version))
                .forEach(version -> version(version, status).ifPresent(troubles::add));
        status.versions()
                .forEach(version -> version.view()
                        .dropFailure()
                        .ifPresent(failure ->
                                troubles.add("%s is superseded and cannot be dropped, which is tried again: %s"
                                        .formatted(version.version(), failure))));
        for (var projection : status.projections()) {
            if (projection.active().isEmpty()) {
                troubles.add("%s has no version that readers can see yet".formatted(projection.projection()));
            }
            projection.buildFailure().ifPresent(failure -> troubles.add(build(projection.projection(), failure)));
        }
        return troubles;
    }

    private static Optional<String> relay(SourceProgress relay, StatusReport status) {
        var silent = StatusReport.since(relay.seenAt(), status.at());
        var name = "relay of " + relay.source();
        return switch (relay.state()) {
            case UNKNOWN -> Optional.of(name + " never reported: none runs, or one of another version of Afterimage");
            case REFUSED -> Optional.of("%s refused: %s".formatted(name, relay.message()));
            case CLOSED ->
                Optional.of("%s was closed %s ago, and no other runs"
                        .formatted(name, Figures.duration(StatusReport.since(relay.since(), status.at()))));
            case NEW, CHECKING, STANDBY, STREAMING, BACKING_OFF -> {
                if (silent.compareTo(SILENCE) > 0) {
                    yield Optional.of("%s was last heard of %s ago (%s)"
                            .formatted(
                                    name,
                                    Figures.duration(silent),
                                    relay.state().words()));
                }
                yield isLong(relay, status) ? withoutProgress(name, relay, status) : Optional.empty();
            }
        };
    }

    /** A relay that stands by is recorded only while none reports that it streams. */
    private static Optional<String> withoutProgress(String name, SourceProgress relay, StatusReport status) {
        if (relay.state() == RelayState.BACKING_OFF) {
            return Optional.of("%s does not get through: %s".formatted(name, relay.message()));
        }
        return relay.state() == RelayState.STANDBY
                ? Optional.of(
                        "%s has stood by for %s, and the one that it waits for is not heard of: end its program (%s)"
                                .formatted(
                                        name,
                                        Figures.duration(StatusReport.since(relay.since(), status.at())),
                                        relay.message()))
                : Optional.empty();
    }

    private static boolean isLong(SourceProgress relay, StatusReport status) {
        return StatusReport.since(relay.since(), status.at()).compareTo(PATIENCE) > 0;
    }

    private static Optional<String> version(StatusReport.Version version, StatusReport status) {
        var missing = status.missing().getOrDefault(version.version(), List.of());
        if (!missing.isEmpty()) {
            return Optional.of("somebody dropped %s of %s: run ./afterimage rebuild %s"
                    .formatted(
                            String.join(", ", missing),
                            version.version(),
                            version.version().projection()));
        }
        var lease = version.view().lease();
        var since = StatusReport.since(lease.since(), status.at());
        var why = lease.message().isEmpty() ? "" : ": " + lease.message();
        return switch (lease.state()) {
            case STOPPED, TABLES_MISSING, LOG_DAMAGED, OUTDATED ->
                Optional.of(
                        "%s is %s%s".formatted(version.version(), lease.state().words(), why));
            case RETRYING ->
                Optional.of("%s has been retrying for %s%s".formatted(version.version(), Figures.duration(since), why))
                        .filter(text -> since.compareTo(PATIENCE) > 0);
            case UNFED ->
                Optional.of("%s has had no node for %s: %s"
                                .formatted(version.version(), Figures.duration(since), remedy(version, status)))
                        .filter(text -> version.isActive());
            case RUNNING, BUILDING -> Optional.empty();
        };
    }

    /** A node with the code of a newer revision does not run the old one. */
    private static String remedy(StatusReport.Version version, StatusReport status) {
        return status.projections().stream()
                .filter(projection ->
                        projection.projection().equals(version.version().projection()))
                .flatMap(projection -> projection.building().stream())
                .findFirst()
                .map(next -> ("readers see what it was then until v%d of revision %d is built (%s); "
                                + "a node with the code of revision %d would feed it meanwhile")
                        .formatted(
                                next.version().number(),
                                next.version().revision(),
                                next.lease().message(),
                                version.version().revision()))
                .orElse("start one, readers see what it was then");
    }

    private static String build(String projection, BuildFailure failure) {
        return "%s: building revision %d failed %d times, and is tried again: %s"
                .formatted(projection, failure.revision(), failure.attempts(), failure.message());
    }
}

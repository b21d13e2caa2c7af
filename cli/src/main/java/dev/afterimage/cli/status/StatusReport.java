package dev.afterimage.cli.status;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionView;
import dev.afterimage.readmodels.Versions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How everything is doing at one moment.
 *
 * @param at by the database's clock
 * @param logDamage why the log cannot tell how far it is; head and relays are empty then
 * @param head the log's last event
 * @param relays one for each source of the log
 * @param versions of every projection, by name and number
 * @param projections what is known of each beside its versions
 * @param missing tables and views of active versions that are not there
 */
public record StatusReport(
        Instant at,
        Optional<String> logDamage,
        Position head,
        List<SourceProgress> relays,
        List<Version> versions,
        List<ProjectionView> projections,
        Map<ProjectionVersion, List<String>> missing) {

    /**
     * A version and how far it is behind the log.
     *
     * @param timeBehind how long ago the first event was committed that it does not show; empty if that is not known
     */
    public record Version(VersionView view, long eventsBehind, Optional<Duration> timeBehind) {

        public ProjectionVersion version() {
            return view.version();
        }

        public boolean isActive() {
            return version().phase() == VersionPhase.ACTIVE;
        }
    }

    public StatusReport {
        relays = List.copyOf(relays);
        versions = List.copyOf(versions);
        projections = List.copyOf(projections);
        missing = Map.copyOf(missing);
    }

    /** @param at the database's clock */
    public static StatusReport read(Instant at, LogPartition log, ReadModels readModels) {
        var names = readModels.versions().all().stream()
                .map(ProjectionVersion::projection)
                .distinct()
                .toList();
        var projections = readModels.versions().look(names).values().stream()
                .sorted(Comparator.comparing(ProjectionView::projection))
                .toList();
        var missing = missing(readModels.versions());
        try {
            var head = log.head();
            var versions = versions(projections, view -> version(at, log, head, view));
            return new StatusReport(at, Optional.empty(), head, log.sources(), versions, projections, missing);
        } catch (LogDamagedException e) {
            var versions = versions(projections, view -> new Version(view, 0, Optional.empty()));
            var damage = Optional.of(String.valueOf(e.getMessage()));
            return new StatusReport(at, damage, Position.ZERO, List.of(), versions, projections, missing);
        }
    }

    private static Map<ProjectionVersion, List<String>> missing(Versions versions) {
        var missing = new HashMap<ProjectionVersion, List<String>>();
        for (var version : versions.all()) {
            if (version.phase() == VersionPhase.ACTIVE) {
                missing.put(version, versions.missingRelations(version));
            }
        }
        return missing;
    }

    private static List<Version> versions(List<ProjectionView> projections, Function<VersionView, Version> version) {
        return projections.stream()
                .flatMap(projection -> projection.versions().stream())
                .map(version)
                .toList();
    }

    private static Version version(Instant at, LogPartition log, Position head, VersionView view) {
        long behind = Math.max(0, head.value() - view.position().value());
        var time = behind == 0
                ? Optional.of(Duration.ZERO)
                : log.committedAfter(view.position()).map(committed -> since(committed, at));
        return new Version(view, behind, time);
    }

    /** Never negative: the clocks of two servers differ. */
    static Duration since(Instant then, Instant now) {
        var passed = Duration.between(then, now);
        return passed.isNegative() ? Duration.ZERO : passed;
    }

    /** Whether nothing needs anybody. */
    public boolean isHealthy() {
        return troubles().isEmpty();
    }

    /** What needs somebody, in words; empty if nothing does. */
    public List<String> troubles() {
        return Stream.concat(atRest().stream(), failures().stream()).toList();
    }

    /** In words that nothing runs, as after an orderly end; empty if something does or should. */
    Optional<String> atRest() {
        return AtRest.describe(this);
    }

    /** What went wrong, in words. */
    List<String> failures() {
        return Troubles.of(this);
    }
}

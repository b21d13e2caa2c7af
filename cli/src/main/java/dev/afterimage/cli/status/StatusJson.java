package dev.afterimage.cli.status;

import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.readmodels.ProjectionView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The report as one object, with times in milliseconds and ISO 8601. */
final class StatusJson {

    private StatusJson() {}

    static Map<String, Object> of(StatusReport status) {
        var object = new LinkedHashMap<String, Object>();
        object.put("at", status.at().toString());
        object.put("healthy", status.isHealthy());
        object.put("troubles", status.troubles());
        status.logDamage().ifPresent(damage -> object.put("logDamage", damage));
        object.put("head", status.head().value());
        object.put(
                "relays",
                status.relays().stream().map(relay -> relay(relay, status)).toList());
        object.put(
                "readModels",
                status.versions().stream().map(StatusJson::version).toList());
        object.put(
                "projections",
                status.projections().stream().map(StatusJson::projection).toList());
        return object;
    }

    private static Map<String, Object> relay(SourceProgress relay, StatusReport status) {
        var object = new LinkedHashMap<String, Object>();
        object.put("source", relay.source());
        object.put("state", relay.state().name());
        object.put("message", relay.message());
        if (relay.state() != RelayState.UNKNOWN) {
            object.put("since", relay.since().toString());
            object.put(
                    "heardMillisAgo",
                    StatusReport.since(relay.seenAt(), status.at()).toMillis());
        }
        relay.completeUpTo().ifPresent(complete -> {
            object.put("completeUpTo", complete.toString());
            object.put("lagMillis", StatusReport.since(complete, status.at()).toMillis());
        });
        return object;
    }

    private static Map<String, Object> version(StatusReport.Version version) {
        var object = new LinkedHashMap<String, Object>();
        var lease = version.view().lease();
        object.put("projection", version.version().projection());
        object.put("version", version.version().number());
        object.put("revision", version.version().revision());
        object.put("phase", version.version().phase().words());
        object.put("state", lease.state().name());
        object.put("message", lease.message());
        object.put("since", lease.since().toString());
        lease.node().ifPresent(node -> object.put("node", node));
        version.view().dropFailure().ifPresent(failure -> object.put("dropFailure", failure));
        object.put("position", version.view().position().value());
        object.put("eventsBehind", version.eventsBehind());
        version.timeBehind().map(Duration::toMillis).ifPresent(millis -> object.put("millisBehind", millis));
        return object;
    }

    private static Map<String, Object> projection(ProjectionView projection) {
        var object = new LinkedHashMap<String, Object>();
        object.put("projection", projection.projection());
        projection
                .active()
                .ifPresent(
                        active -> object.put("activeVersion", active.version().number()));
        projection
                .building()
                .ifPresent(building -> object.put("building", building.version().number()));
        projection.rebuildRequestedAt().ifPresent(at -> object.put("rebuildRequestedAt", at.toString()));
        projection.buildFailure().ifPresent(failure -> {
            object.put("buildFailure", Objects.toString(failure.message()));
            object.put("buildAttempts", failure.attempts());
            object.put("buildRetryAt", failure.retryAt().toString());
        });
        return object;
    }
}

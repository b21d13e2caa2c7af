package dev.afterimage.projector;

import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionState;
import dev.afterimage.readmodels.VersionView;
import java.util.Optional;

/**
 * Chooses a role by what the database says, and by nothing else.
 *
 * @param node that chooses
 * @param isImpatient whether it builds although a build failed a moment ago
 */
record RoleChoice(ProjectionView view, Projection projection, String node, boolean isImpatient) {

    Role role() {
        var refusal = refusal();
        if (refusal.isPresent()) {
            return new Role.Refused(refusal.get());
        }
        var free = view.versions().stream().filter(this::isFree).toList();
        var why = whyBuild();
        if (why.isPresent() && !isBuiltElsewhere() && (isImpatient || !isTooEarly())) {
            return new Role.Build(why.get(), free);
        }
        return free.isEmpty() ? new Role.StandBy(whyNot()) : new Role.Run(free);
    }

    private Optional<String> refusal() {
        var definition = projection.definition();
        return view.versions().stream()
                .filter(each -> each.version().revision() == definition.revision())
                .filter(each -> !each.definitionChecksum().equals(definition.checksum()))
                .findFirst()
                .map(each ->
                        "its SQL is not the one that revision %d was built with: raise the revision to %d and start again"
                                .formatted(definition.revision(), definition.revision() + 1));
    }

    private boolean isFree(VersionView each) {
        return each.version().phase() != VersionPhase.BUILDING
                && each.version().revision() == projection.revision()
                && each.lease().state() != VersionState.OUTDATED
                && isNotElsewhere(each);
    }

    private boolean isNotElsewhere(VersionView each) {
        return !each.lease().isHeld() || each.lease().isHeldBy(node);
    }

    private Optional<String> whyBuild() {
        if (view.active().isEmpty()) {
            return Optional.of("it has no version yet");
        }
        var active = view.active().get();
        int revision = active.version().revision();
        if (revision != projection.revision()) {
            return Optional.of("its revision was raised to %d".formatted(projection.revision()))
                    .filter(raised -> revision < projection.revision());
        }
        if (active.lease().state() == VersionState.OUTDATED) {
            return Optional.of("version %d is outdated: %s"
                    .formatted(active.version().number(), active.lease().message()));
        }
        return view.rebuildRequestedAt()
                .filter(requested -> isNotElsewhere(active))
                .map("somebody asked for it at %s"::formatted);
    }

    private boolean isBuiltElsewhere() {
        return view.versions().stream()
                .filter(each -> each.version().phase() == VersionPhase.BUILDING)
                .filter(each -> each.version().revision() >= projection.revision())
                .anyMatch(each -> each.lease().isHeld());
    }

    private boolean isTooEarly() {
        return view.buildFailure()
                .filter(failure -> failure.revision() == projection.revision())
                .filter(failure -> failure.retryAt().isAfter(view.seenAt()))
                .isPresent();
    }

    /** Who runs the active version, and why there may be no newer one. */
    String whyNot() {
        var lastBuild = view.buildFailure()
                .map(failure -> "the last build failed: " + failure.message())
                .orElse("");
        return view.active().map(active -> runner(active) + "; " + lastBuild).orElse(lastBuild);
    }

    private String runner(VersionView active) {
        var runner = active.lease().node().map("node %s runs it"::formatted).orElse("no node runs it");
        return active.version().revision() == projection.revision()
                ? runner
                : "%s; it is of revision %d and this code has revision %d"
                        .formatted(runner, active.version().revision(), projection.revision());
    }
}

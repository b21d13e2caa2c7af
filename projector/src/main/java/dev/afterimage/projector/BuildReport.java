package dev.afterimage.projector;

import dev.afterimage.projector.fold.HandlerAge;
import dev.afterimage.projector.step.ProjectionStep;
import dev.afterimage.readmodels.BuildFailure;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.VersionReport;
import dev.afterimage.readmodels.VersionState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is reported of a build to everyone: how far it is, and how it ended. */
final class BuildReport {

    private final Projection projection;
    private final Workplace workplace;
    private final Build build;
    private final HandlerAge handlerAge = new HandlerAge();

    BuildReport(Projection projection, Workplace workplace, Build build) {
        this.projection = projection;
        this.workplace = workplace;
        this.build = build;
    }

    Optional<VersionReport> now() {
        var state = build.problem().isEmpty() ? VersionState.BUILDING : VersionState.RETRYING;
        return build.step().map(current -> new VersionReport(current.version(), state, describe(current)));
    }

    Optional<ProjectionStatus> status() {
        return build.step()
                .map(current -> new ProjectionStatus(
                        current.version(), RunState.BUILDING, describe(current), current.position()));
    }

    private String describe(ProjectionStep current) {
        var text = "%s, at position %s of %s".formatted(build.phase().describe(), current.position(), build.target());
        var age = handlerAge.look(current.handling());
        var problem = build.problem();
        return text + (problem.isEmpty() ? "" : "; " + problem) + (age.isEmpty() ? "" : "; " + age);
    }

    void succeeded(Build.Built built) {
        record(() -> workplace.versions().recordBuilt(built.version(), built.compared()));
    }

    /** A build that is needed is tried again, after twice as long each time. */
    void failed(String message, @Nullable ProjectionView needed) {
        var building = build.step().map(ProjectionStep::version).orElse(null);
        if (needed != null) {
            var wait = workplace.settings().buildBackOff(attempts(needed));
            record(() -> workplace
                    .versions()
                    .recordBuildFailure(projection.name(), projection.revision(), building, message, wait));
        }
        if (building != null) {
            workplace
                    .recorder()
                    .write(
                            building.toString(),
                            () -> workplace
                                    .leases()
                                    .release(building, workplace.node(), VersionState.STOPPED, message));
        }
    }

    private int attempts(ProjectionView needed) {
        return needed.buildFailure()
                .filter(last -> last.revision() == projection.revision())
                .map(BuildFailure::attempts)
                .orElse(0);
    }

    private void record(Runnable statement) {
        workplace.recorder().write(projection.name(), statement);
    }

    /** Whether all that was to be recorded of its end is in the database. */
    boolean isRecorded() {
        return workplace.recorder().hasWritten(projection.name());
    }
}

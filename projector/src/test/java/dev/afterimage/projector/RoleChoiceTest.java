package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Position;
import dev.afterimage.readmodels.BuildFailure;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.VersionLease;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionState;
import dev.afterimage.readmodels.VersionView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoleChoiceTest {

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final Projection TALLIES = Tallies.statements(2);

    private static VersionView version(
            int number, int revision, VersionPhase phase, @Nullable String node, VersionState state) {
        var definition = TALLIES.definition();
        return new VersionView(
                new ProjectionVersion("tallies", number, revision, phase, "app", definition.tableNames()),
                revision == TALLIES.revision() ? definition.checksum() : "another",
                new Position(5),
                0,
                new VersionLease(Optional.ofNullable(node), state, "", NOW),
                Optional.empty(),
                Optional.empty());
    }

    private static ProjectionView view(VersionView... versions) {
        return new ProjectionView("tallies", List.of(versions), Optional.empty(), Optional.empty(), NOW);
    }

    private static ProjectionView requested(VersionView... versions) {
        return new ProjectionView("tallies", List.of(versions), Optional.of(NOW), Optional.empty(), NOW);
    }

    private static ProjectionView failed(Instant retryAt, VersionView... versions) {
        var failure = new BuildFailure(2, "poison", 1, NOW, retryAt);
        return new ProjectionView("tallies", List.of(versions), Optional.empty(), Optional.of(failure), NOW);
    }

    private static Role role(ProjectionView view) {
        return new RoleChoice(view, TALLIES, "me", false).role();
    }

    private static VersionView active(@Nullable String node) {
        return version(1, 2, VersionPhase.ACTIVE, node, VersionState.RUNNING);
    }

    @Test
    void versions_of_its_revision_are_run_unless_another_node_does() {
        var retired = version(1, 2, VersionPhase.RETIRED, null, VersionState.RUNNING);
        var mine = version(2, 2, VersionPhase.ACTIVE, "me", VersionState.RUNNING);

        assertThat(role(view(retired, mine))).isEqualTo(new Role.Run(List.of(retired, mine)));
        assertThat(role(view(active(null)))).isEqualTo(new Role.Run(List.of(active(null))));
        assertThat(role(view(active("you")))).isEqualTo(new Role.StandBy("node you runs it; "));
    }

    @Test
    void what_was_built_with_other_sql_of_the_same_revision_is_refused() {
        var other = new VersionView(
                active(null).version(),
                "another",
                Position.ZERO,
                0,
                active(null).lease(),
                Optional.empty(),
                Optional.empty());

        assertThat(role(requested(other)))
                .isInstanceOfSatisfying(
                        Role.Refused.class, refused -> assertThat(refused.why()).contains("raise the revision to 3"));
    }

    @Test
    void a_version_is_built_if_there_is_none_of_a_raised_revision_on_request_and_for_a_corrected_log() {
        assertThat(role(view())).isEqualTo(new Role.Build("it has no version yet", List.of()));
        assertThat(role(view(version(1, 1, VersionPhase.ACTIVE, "you", VersionState.RUNNING))))
                .isEqualTo(new Role.Build("its revision was raised to 2", List.of()));
        assertThat(role(requested(active("me"))))
                .isEqualTo(new Role.Build("somebody asked for it at " + NOW, List.of(active("me"))));
        assertThat(role(view(version(1, 2, VersionPhase.ACTIVE, null, VersionState.OUTDATED))))
                .isEqualTo(new Role.Build("version 1 is outdated: ", List.of()));
    }

    @Test
    void a_request_is_for_the_node_that_runs_the_version() {
        assertThat(role(requested(active("you")))).isInstanceOf(Role.StandBy.class);
    }

    @Test
    void nobody_builds_what_another_node_builds_or_what_a_newer_revision_replaced() {
        var old = version(1, 1, VersionPhase.ACTIVE, null, VersionState.RUNNING);

        assertThat(role(view(old, version(2, 2, VersionPhase.BUILDING, "you", VersionState.BUILDING))))
                .isEqualTo(new Role.StandBy("no node runs it; it is of revision 1 and this code has revision 2; "));
        assertThat(role(view(old, version(2, 2, VersionPhase.BUILDING, null, VersionState.BUILDING))))
                .isInstanceOf(Role.Build.class);
        assertThat(role(view(old, version(2, 1, VersionPhase.BUILDING, "you", VersionState.BUILDING))))
                .isInstanceOf(Role.Build.class);
        assertThat(role(view(version(1, 3, VersionPhase.ACTIVE, "you", VersionState.RUNNING))))
                .isEqualTo(new Role.StandBy("node you runs it; it is of revision 3 and this code has revision 2; "));
    }

    @Test
    void a_build_that_failed_is_tried_again_when_it_is_time_or_somebody_is_impatient() {
        var early = failed(NOW.plusSeconds(1));

        assertThat(role(early)).isEqualTo(new Role.StandBy("the last build failed: poison"));
        assertThat(new RoleChoice(early, TALLIES, "me", true).role()).isInstanceOf(Role.Build.class);
        assertThat(role(failed(NOW))).isInstanceOf(Role.Build.class);
    }
}

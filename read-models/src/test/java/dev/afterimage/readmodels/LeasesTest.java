package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeasesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private Leases leases;
    private ProjectionVersion version;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        leases = rig.readModels.leases();
        version = rig.openActive(ReadModelsRig.scores());
    }

    private VersionLease lease() {
        return view().active().orElseThrow().lease();
    }

    private static VersionReport running(ProjectionVersion version) {
        return new VersionReport(version, VersionState.RUNNING, "");
    }

    private void leasesEnd() {
        rig.sql.execute("UPDATE afterimage.version_lease SET until = clock_timestamp() - interval '1 s'");
    }

    @Test
    void one_node_at_a_time_holds_a_version() {
        var claim = leases.claim(version, "a").orElseThrow();

        assertThat(leases.claim(version, "b")).isEmpty();
        assertThat(lease().isHeldBy("a")).isTrue();
        rig.checkpoints.advance(rig.sql, claim, Position.ZERO, new Position(1));
    }

    @Test
    void of_many_nodes_that_claim_at_once_one_gets_it() throws Exception {
        try (var nodes = Executors.newFixedThreadPool(8)) {
            var claiming = IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(
                            i -> () -> leases.claim(version, "node " + i).isPresent())
                    .toList();
            var got = new ArrayList<Boolean>();
            for (var each : nodes.invokeAll(claiming)) {
                got.add(each.get());
            }
            assertThat(got).filteredOn(each -> each).hasSize(1);
        }
    }

    @Test
    void a_lease_that_was_not_renewed_goes_to_who_wants_it_and_what_the_first_one_writes_is_fenced() {
        var first = leases.claim(version, "a").orElseThrow();
        leasesEnd();

        var second = leases.claim(version, "b").orElseThrow();

        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThatThrownBy(() -> rig.checkpoints.advance(rig.sql, first, Position.ZERO, new Position(1)))
                .isInstanceOf(VersionFencedException.class);
        assertThat(leases.renew("a", List.of(running(version)))).containsExactly(version);
        assertThat(lease().isHeldBy("b")).isTrue();
    }

    @Test
    void renewing_keeps_it_and_says_how_it_is_doing_and_since_when() {
        leases.claim(version, "a");
        var since = lease().since();
        leasesEnd();

        assertThat(leases.renew("a", List.of(new VersionReport(version, VersionState.RUNNING, "slow"))))
                .isEmpty();
        assertThat(lease().message()).isEqualTo("slow");
        assertThat(lease().since()).as("the state is the same").isEqualTo(since);

        leases.renew("a", List.of(new VersionReport(version, VersionState.RETRYING, "lost")));
        assertThat(lease().state()).isEqualTo(VersionState.RETRYING);
        assertThat(lease().since()).isAfter(since);
        assertThat(leases.claim(version, "b")).isEmpty();
    }

    @Test
    void releasing_gives_it_at_once() {
        leases.claim(version, "a");
        leases.releaseAll("b");
        assertThat(leases.claim(version, "b")).isEmpty();

        leases.releaseAll("a");

        assertThat(lease().isHeld()).isFalse();
        assertThat(leases.claim(version, "b")).isPresent();
    }

    @Test
    void readers_are_told_since_when_no_node_runs_it_and_how_it_was_left() {
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).feeding().state()).isEqualTo(VersionState.UNFED);
        leases.claim(version, "a");
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).feeding().node()).contains("a");

        leases.releaseAll("a");
        var unfed = rig.readModels.freshness(ScoreTable.SCORE);
        assertThat(unfed.feeding().state()).isEqualTo(VersionState.UNFED);
        assertThat(Duration.between(unfed.feeding().since(), unfed.seenAt())).isLessThan(Duration.ofMinutes(1));
        assertThat(unfed.failure()).as("a node may come").isEmpty();

        leases.claim(version, "a");
        leases.release(version, "a", VersionState.OUTDATED, "the log was corrected");
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).failure()).contains("the log was corrected");
    }

    @Test
    void what_a_node_said_of_a_passing_state_is_not_so_any_more_without_it() {
        for (var state : List.of(VersionState.RUNNING, VersionState.RETRYING, VersionState.LOG_DAMAGED)) {
            leases.claim(version, "a");
            leases.renew("a", List.of(new VersionReport(version, state, "as it reported")));

            leasesEnd();

            assertThat(lease().state()).isEqualTo(VersionState.UNFED);
            assertThat(lease().message()).isEmpty();
            assertThat(rig.readModels.freshness(ScoreTable.SCORE).feeding()).isEqualTo(lease());
        }
        leases.claim(version, "a");
        leases.release(version, "a", VersionState.STOPPED, "no such score");
        assertThat(lease().state()).isEqualTo(VersionState.STOPPED);
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).feeding()).isEqualTo(lease());
    }

    @ParameterizedTest
    @EnumSource(names = {"BUILDING", "RETRYING"})
    void who_built_a_version_runs_it_from_the_switch_on_and_nobody_does_after_an_orderly_end(VersionState said) {
        var built = rig.versions
                .openBuilding(ReadModelsRig.scores(2, ReadModelsRig.SCORE_SQL), "a")
                .orElseThrow()
                .version();
        rig.versions.finishBuilding(built);
        leases.renew("a", List.of(new VersionReport(built, said, "switching")));

        rig.versions.switchTo(built, ReadModelsRig.AS_IT_IS);

        assertThat(lease().state()).isEqualTo(VersionState.RUNNING);
        assertThat(lease().message()).isEmpty();
        assertThat(stored()).containsExactly("running");
        leases.renew("a", List.of(new VersionReport(built, VersionState.BUILDING, "a word from before the switch")));
        assertThat(lease().state()).isEqualTo(VersionState.RUNNING);
        assertThat(lease().message()).isEmpty();

        leases.releaseAll("a");

        assertThat(stored()).containsExactly("unfed");
        assertThat(lease().state()).isEqualTo(VersionState.UNFED);
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).feeding()).isEqualTo(lease());
    }

    private List<String> stored() {
        return rig.sql.resultQuery("SELECT state FROM afterimage.version_lease").fetchInto(String.class);
    }

    @Test
    void a_version_that_was_dropped_cannot_be_claimed() {
        var building = rig.versions.openBuilding(ReadModelsRig.scores());
        rig.versions.drop(building);

        assertThat(leases.claim(building, "a")).isEmpty();
    }

    @Test
    void a_build_of_another_node_is_left_alone_unless_it_is_of_an_older_revision() {
        var first = rig.versions
                .openBuilding(ReadModelsRig.scores(2, ReadModelsRig.SCORE_SQL), "a")
                .orElseThrow();

        assertThat(rig.versions.openBuilding(ReadModelsRig.scores(2, ReadModelsRig.SCORE_SQL), "b"))
                .isEmpty();
        assertThat(rig.versions.all()).contains(first.version());

        assertThat(rig.versions.openBuilding(ReadModelsRig.scores(3, ReadModelsRig.SCORE_SQL), "b"))
                .isPresent();
        assertThat(rig.versions.all()).doesNotContain(first.version());
        assertThat(rig.versions.openBuilding(ReadModelsRig.scores(2, ReadModelsRig.SCORE_SQL), "a"))
                .as("an older revision does not replace the build of a newer one")
                .isEmpty();
    }

    @Test
    void an_older_revision_cannot_be_built_beside_a_newer_one() {
        var next = rig.rebuilt(ReadModelsRig.scores(2, ReadModelsRig.SCORE_SQL), 0);
        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);

        assertThatThrownBy(() -> rig.versions.openBuilding(ReadModelsRig.scores(), "a"))
                .isInstanceOf(ReadModelException.class)
                .hasMessage(
                        "projection scores: revision 2 is active and this code has revision 1: an older one never replaces a newer one");
    }

    @Test
    void a_rebuild_that_was_asked_for_is_done_when_one_that_began_later_ends() {
        var before = rig.openActive(ReadModelsRig.scores());
        rig.versions.requestRebuild("scores");
        assertThat(view().rebuildRequestedAt()).isPresent();

        rig.versions.recordBuilt(before, "");
        assertThat(view().rebuildRequestedAt()).as("it began before").isPresent();
        rig.versions.recordBuilt(rig.versions.openBuilding(ReadModelsRig.scores()), "");
        assertThat(view().rebuildRequestedAt()).isEmpty();

        assertThatThrownBy(() -> rig.versions.requestRebuild("scored"))
                .isInstanceOf(ReadModelException.class)
                .hasMessage("projection scored: has no version to rebuild: choose one of [scores]");
    }

    @Test
    void failures_of_builds_are_counted_by_revision() {
        rig.versions.recordBuildFailure("scores", 2, null, "poisoned", Duration.ofSeconds(1));
        rig.versions.recordBuildFailure("scores", 2, null, "still poisoned", Duration.ofSeconds(2));

        var failure = view().buildFailure().orElseThrow();
        assertThat(failure.attempts()).isEqualTo(2);
        assertThat(failure.message()).isEqualTo("still poisoned");
        assertThat(Duration.between(failure.failedAt(), failure.retryAt())).isEqualTo(Duration.ofSeconds(2));

        rig.versions.recordBuildFailure("scores", 3, null, "poisoned", Duration.ofSeconds(1));
        assertThat(view().buildFailure().orElseThrow().attempts()).isEqualTo(1);
        rig.versions.recordBuilt(version, "");
        assertThat(view().buildFailure()).isEmpty();
    }

    private ProjectionView view() {
        return Objects.requireNonNull(rig.versions.look(List.of("scores")).get("scores"));
    }
}

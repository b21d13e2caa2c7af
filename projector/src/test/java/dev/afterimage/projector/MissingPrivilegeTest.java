package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.DeniedException;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.readmodels.BuildFailure;
import dev.afterimage.readmodels.VersionState;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A privilege that is missing is named with the grant that helps, wherever it is reported. */
class MissingPrivilegeTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
        rig.sql.execute("CREATE ROLE worker");
        rig.sql.execute("GRANT USAGE ON SCHEMA afterimage TO worker");
        rig.sql.execute("GRANT ALL ON ALL TABLES IN SCHEMA afterimage TO worker");
        rig.sql.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA afterimage TO worker");
    }

    @AfterEach
    void close() {
        rig.close();
        rig.sql.execute("DROP OWNED BY worker");
        rig.sql.execute("DROP ROLE worker");
    }

    private String why(String part) {
        var freshness =
                rig.awaitFreshness(TALLY, each -> each.feeding().message().contains(part));
        assertThat(freshness.feeding().state()).isEqualTo(VersionState.RETRYING);
        return freshness.problem().orElseThrow();
    }

    @Test
    void a_projector_without_a_grant_says_which_one_and_goes_on_when_it_has_it() {
        rig.append(new Deposited("a1", "1"));
        rig.stepping(Tallies.projection());
        rig.dataSource.onOpen("SET ROLE worker");
        var projector =
                rig.projector(ProjectorRig.SETTINGS, Tallies.projection()).start();

        assertThat(why("schema app"))
                .contains(
                        "role worker may not use schema app: GRANT USAGE ON SCHEMA app TO worker (ERROR: permission denied for schema app); trying again")
                .doesNotContain("rebuild", "SELECT", "\n");
        rig.sql.execute("GRANT USAGE ON SCHEMA app TO worker");
        assertThat(why("tally__v1"))
                .contains("role worker may not read table tally__v1 or not write to it: GRANT it what README.md lists")
                .doesNotContain("rebuild", "\n");
        rig.sql.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app TO worker");
        rig.drain(projector, "tallies");
    }

    /** COPY is refused where policies hold, also such as let the role do everything. */
    @Test
    void a_projector_for_which_policies_hold_writes_many_new_rows() {
        rig.stepping(Accounts.projection());
        rig.sql.execute("GRANT USAGE ON SCHEMA app TO worker");
        rig.sql.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app TO worker");
        rig.sql.execute("ALTER TABLE app.account__v1 ENABLE ROW LEVEL SECURITY");
        rig.sql.execute("CREATE POLICY everything ON app.account__v1 TO worker USING (true)");
        rig.dataSource.onOpen("SET ROLE worker");
        var projector =
                rig.projector(ProjectorRig.SETTINGS, Accounts.projection()).start();

        rig.append(IntStream.range(0, 100)
                .mapToObj(i -> new Deposited("a" + i, "1"))
                .toList());

        rig.drain(projector, "accounts");
        assertThat(rig.rowsOf("account")).hasSize(100);
    }

    @Test
    void a_projector_that_may_not_make_tables_says_which_role_can() {
        rig.append(new Deposited("a1", "1"));
        rig.dataSource.onOpen("SET ROLE worker");
        rig.projector(ProjectorRig.SETTINGS, Tallies.projection()).start();

        assertThat(Waiting.until(this::buildFailure, () -> "no build has failed"))
                .contains(
                        "role worker may not make tables in schema afterimage_draft: run a node with the role that ran init, which README.md lists under Grants")
                .doesNotContain("no schema has been selected");
    }

    private Optional<String> buildFailure() {
        return rig.readModels.versions().look(List.of("tallies")).values().stream()
                .flatMap(view -> view.buildFailure().stream())
                .map(BuildFailure::message)
                .findFirst();
    }

    /** The privilege of a role of theirs on another connection is not ours to name. */
    @Test
    void a_failure_of_another_connection_is_not_called_ours() {
        var projection = Tallies.projection();
        var version = rig.stepping(projection).version();

        var failure = catchThrowable(() -> rig.readModels.inOneTransaction(
                version,
                ProjectorRig.SETTINGS.bounds(),
                ours -> rig.sql.transactionResult(theirs -> {
                    theirs.dsl().execute("SET LOCAL ROLE worker");
                    return theirs.dsl().fetchCount(DSL.table("app.tally__v1"));
                })));

        assertThat(failure).isNotInstanceOf(DeniedException.class).hasMessageContaining("permission denied");
    }
}

package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node keeps its leases whatever its runs and rebuilds wait for. */
class HeartbeatTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private OffsetDateTime leaseOf(String projection) {
        return Objects.requireNonNull(rig.sql
                .resultQuery("SELECT until FROM afterimage.version_lease WHERE projection = ?", projection)
                .fetchSingle()
                .get(0, OffsetDateTime.class));
    }

    private void awaitRenewed(String projection) {
        var before = leaseOf(projection);
        Waiting.until(
                () -> Optional.of(leaseOf(projection)).filter(until -> until.isAfter(before)),
                () -> "the lease of %s still ends at %s".formatted(projection, before));
    }

    @Test
    void leases_are_renewed_while_a_failure_cannot_be_recorded_because_somebody_holds_its_row() throws Exception {
        var projector = rig.start(Accounts.projection(), Tallies.projection(AccountEvent.class, event -> {
            throw new IllegalStateException("poison");
        }));
        try (var other = database.connect()) {
            other.setAutoCommit(false);
            DSL.using(other, SQLDialect.POSTGRES)
                    .fetch("SELECT * FROM afterimage.projection_version WHERE projection = 'tallies' FOR UPDATE");
            rig.append(new Deposited("a1", "1"));
            Waiting.forLock(rig.sql);

            awaitRenewed("accounts");
            awaitRenewed("accounts");

            assertThat(leaseOf("accounts")).isAfter(OffsetDateTime.now(ZoneOffset.UTC));
            other.rollback();
        }
        ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);
    }
}

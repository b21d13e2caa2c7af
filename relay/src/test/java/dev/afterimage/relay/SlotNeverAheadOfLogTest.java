package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** AckAfterDurable. */
class SlotNeverAheadOfLogTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /** The slot is looked at first, so that the bookmark may only have gone further since. */
    @Test
    void the_slot_is_never_confirmed_past_what_the_log_has() throws Exception {
        rig.streaming();
        var seen = new HashSet<Lsn>();
        try (var load = Load.start(rig, 60)) {
            while (load.isRunning()) {
                assertSlotNotAhead(seen);
            }
            rig.logOf(load.committed().values().stream().mapToInt(List::size).sum());
        }
        for (int i = 0; i < 100; i++) {
            assertSlotNotAhead(seen);
        }
        assertThat(seen).as("confirmed positions seen").hasSizeGreaterThan(10);
    }

    private void assertSlotNotAhead(Set<Lsn> seen) throws Exception {
        var confirmed = Lsn.parse(rig.slot("confirmed_flush_lsn").getFirst());
        var bookmark = Bookmark.parse(rig.log.sources().bookmark(rig.slot).orElseThrow());
        assertThat(confirmed).isLessThanOrEqualTo(bookmark.acknowledged());
        seen.add(confirmed);
    }
}

package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Decoded;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.projector.step.DecodedBatch;
import dev.afterimage.projector.step.DecodedLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DecodedLogTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;
    private DecodedLog log;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
        log = new DecodedLog(rig.log.whole(), rig.decoder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static List<Deposited> events(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new Deposited("a" + i, "1"))
                .toList();
    }

    private static List<Long> positions(DecodedBatch batch) {
        return batch.events().stream().map(event -> event.position().value()).toList();
    }

    private static List<Long> range(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Long::valueOf).toList();
    }

    @Test
    void it_gives_the_events_after_a_position_in_order_and_at_most_so_many() {
        rig.append(events(1, 50));

        assertThat(positions(log.readAfter(Position.ZERO, 50))).isEqualTo(range(1, 50));
        assertThat(positions(log.readAfter(new Position(10), 7))).isEqualTo(range(11, 17));
        assertThat(positions(log.readAfter(new Position(45), 100))).isEqualTo(range(46, 50));
        assertThat(log.readAfter(new Position(50), 100).events()).isEmpty();
        assertThat(log.readAfter(Position.ZERO, 1).events().getFirst().decoded())
                .isEqualTo(new Decoded.Known(new Deposited("a1", "1")));
    }

    @Test
    void it_goes_on_over_the_end_of_what_was_read_before() {
        rig.append(events(1, 5));
        log.readAfter(Position.ZERO, 100);
        rig.append(events(6, 5));
        log.readAfter(new Position(5), 100);
        rig.append(events(11, 5));

        assertThat(positions(log.readAfter(new Position(2), 100))).isEqualTo(range(3, 15));
        assertThat(positions(log.readAfter(new Position(7), 6))).isEqualTo(range(8, 13));
    }

    @Test
    void three_readers_in_step_decode_each_event_once() {
        rig.append(events(1, 3_000));
        long before = rig.decodes();

        for (int at = 0; at < 3_000; at += 500) {
            for (int reader = 0; reader < 3; reader++) {
                assertThat(positions(log.readAfter(new Position(at), 500))).isEqualTo(range(at + 1, at + 500));
            }
        }

        assertThat(rig.decodes() - before).isEqualTo(3_000);
    }

    @Test
    void readers_that_come_as_events_do_decode_each_event_once() {
        long before = rig.decodes();
        for (int i = 1; i <= 100; i++) {
            rig.append(events(i, 1));
            for (int reader = 0; reader < 3; reader++) {
                assertThat(positions(log.readAfter(new Position(i - 1L), 1_000)))
                        .containsExactly((long) i);
            }
        }

        assertThat(rig.decodes() - before).isEqualTo(100);
    }

    @Test
    void readers_at_random_places_get_the_same_as_from_the_log() throws Exception {
        rig.append(events(1, 20_000));
        try (var readers = Executors.newFixedThreadPool(4)) {
            var reading = new ArrayList<Future<?>>();
            for (int reader = 0; reader < 4; reader++) {
                var random = new Random(reader);
                reading.add(readers.submit(() -> {
                    for (int i = 0; i < 10; i++) {
                        int after = random.nextInt(20_000);
                        int count = 1 + random.nextInt(7_000);
                        assertThat(positions(log.readAfter(new Position(after), count)))
                                .isEqualTo(range(after + 1, Math.min(after + count, 20_000)));
                    }
                }));
            }
            for (var each : reading) {
                each.get(2, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void large_events_make_small_batches() {
        var large = "x".repeat(3_000_000);
        rig.append(Collections.nCopies(8, new Renamed("a1", large)));

        var first = log.readAfter(Position.ZERO, 1_000).events();

        assertThat(first).hasSizeBetween(1, 6);
        assertThat(positions(log.readAfter(first.getLast().position(), 1_000)))
                .startsWith(first.getLast().position().value() + 1);
    }

    @Test
    void many_small_reads_at_the_end_do_not_push_out_what_a_rebuild_reads() {
        rig.append(events(1, 200));
        log.readAfter(Position.ZERO, 200);
        for (int i = 0; i < 100; i++) {
            rig.append(events(201 + i, 1));
            log.readAfter(new Position(200 + i), 1);
        }
        long before = rig.decodes();

        assertThat(positions(log.readAfter(Position.ZERO, 300))).isEqualTo(range(1, 300));

        assertThat(rig.decodes() - before).isZero();
    }

    @Test
    void what_is_remembered_is_bounded_in_bytes() {
        var large = "x".repeat(1_000_000);
        rig.append(Collections.nCopies(40, new Renamed("a1", large)));
        for (int at = 0; at < 40; at++) {
            log.readAfter(new Position(at), 1);
        }

        assertThat(log.remembered()).isBetween(1_000_000L, 32L << 20);
    }

    /** An event of a few characters takes hundreds of bytes of Java's memory. */
    @Test
    void small_events_count_with_what_java_keeps_of_them() {
        rig.append(events(1, 60_000));
        for (int at = 0; at < 60_000; at += 5_000) {
            log.readAfter(new Position(at), 5_000);
        }
        long before = rig.decodes();

        log.readAfter(new Position(55_000), 5_000);
        assertThat(rig.decodes() - before).as("the last are remembered").isZero();
        log.readAfter(Position.ZERO, 5_000);
        assertThat(rig.decodes() - before).as("the first are forgotten").isEqualTo(5_000);
    }

    @Test
    void projections_of_one_projector_share_what_they_decode() {
        long before = rig.decodes();
        var projector = rig.start(Accounts.projection(), Tallies.projection(), StockTable.projection());
        for (int i = 0; i < 30; i++) {
            rig.append(events(i, 100));
            rig.drain(projector, "accounts", "tallies", "stock");
        }

        assertThat(rig.decodes() - before).isGreaterThanOrEqualTo(3_000).isLessThan(2 * 3_000);
    }
}

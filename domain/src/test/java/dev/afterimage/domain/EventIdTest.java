package dev.afterimage.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventIdTest {

    private static final int THREADS = 8;
    private static final int IDS = 20_000;

    @Test
    void ids_of_one_thread_ascend_and_none_repeats_over_all_threads() throws Exception {
        var all = new HashSet<EventId>();
        for (var ids : madeByThreads()) {
            assertThat(ids).isSorted();
            all.addAll(ids);
        }
        assertThat(all).hasSize(THREADS * IDS);
    }

    /** Each list in the order in which its thread got the ids. */
    private static List<List<EventId>> madeByThreads() throws Exception {
        Callable<List<EventId>> make =
                () -> Stream.generate(EventId::next).limit(IDS).toList();
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var made = new ArrayList<List<EventId>>();
            for (var ids : threads.invokeAll(
                    IntStream.range(0, THREADS).mapToObj(i -> make).toList())) {
                made.add(ids.get());
            }
            return made;
        }
    }

    @Test
    void an_id_made_after_another_thread_made_one_is_greater() throws Exception {
        try (var other = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                var theirs = other.submit(EventId::next).get();
                assertThat(EventId.next()).isGreaterThan(theirs);
            }
        }
    }

    @Test
    void an_id_is_a_uuid_of_version_7_that_tells_when_it_was_made() {
        long before = System.currentTimeMillis();
        var id = EventId.next().value();

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        // Ids are numbered ahead of the clock when they are made faster than 4096 a millisecond.
        assertThat(id.getMostSignificantBits() >>> 16).isBetween(before, before + 10_000);
    }

    @Test
    void ids_are_ordered_as_postgresql_orders_uuid_that_is_without_sign() {
        var small = new EventId(UUID.fromString("0fffffff-ffff-7fff-bfff-ffffffffffff"));
        var large = new EventId(UUID.fromString("f0000000-0000-7000-8000-000000000000"));

        assertThat(small).isLessThan(large);
        assertThat(new EventId(new UUID(1, Long.MIN_VALUE))).isGreaterThan(new EventId(new UUID(1, 1)));
    }

    @Test
    void the_text_of_an_id_and_of_a_commit_token_can_be_parsed() {
        var id = EventId.next();

        assertThat(EventId.parse(id.toString())).isEqualTo(id);
        assertThat(CommitToken.parse(new CommitToken(id).toString())).isEqualTo(new CommitToken(id));
    }
}

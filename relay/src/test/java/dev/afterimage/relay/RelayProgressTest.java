package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a process may say of itself after it was frozen. */
class RelayProgressTest {

    private final AtomicLong clock = new AtomicLong();
    private final RelayProgress progress = new RelayProgress(Duration.ofSeconds(1), clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void a_relay_that_was_frozen_does_not_stream_before_that_is_confirmed() throws Exception {
        progress.move(RelayState.STREAMING, "");
        assertThat(progress.status().state()).isEqualTo(RelayState.STREAMING);
        pass(Duration.ofSeconds(20));

        assertThat(progress.status().state()).isEqualTo(RelayState.CHECKING);
        assertThat(progress.status().message()).contains("whether this relay still has the slot");
        assertThat(progress.await(RelayState.STREAMING, Duration.ZERO)).isFalse();
        progress.confirmed();
        assertThat(progress.status().state()).isEqualTo(RelayState.STREAMING);
        assertThat(progress.status().message()).isEmpty();
    }

    /** A look may take long itself: a server behind a network that drops everything answers after a time-out. */
    @Test
    void why_a_relay_does_not_get_through_is_shown_while_it_looks_again() {
        progress.move(RelayState.BACKING_OFF, "the server does not answer");
        progress.look();

        assertThat(progress.status().state()).isEqualTo(RelayState.BACKING_OFF);
        assertThat(progress.status().message()).contains("the server does not answer");
        progress.move(RelayState.STREAMING, "");
        progress.look();
        assertThat(progress.status().state()).isEqualTo(RelayState.CHECKING);
    }

    @Test
    void an_append_confirms_that_it_streams() {
        progress.move(RelayState.STREAMING, "");
        pass(Duration.ofSeconds(20));
        progress.delivered(new AppendOnce.Delivered(new Position(1), 1, List.of()));

        assertThat(progress.status().state()).isEqualTo(RelayState.STREAMING);
    }

    @Test
    void a_relay_that_connects_again_and_again_and_gets_no_further_does_not_stream() throws Exception {
        for (int i = 0; i < RelayProgress.MANY_FAILURES; i++) {
            progress.move(RelayState.STREAMING, "");
            assertThat(progress.status().state()).isEqualTo(RelayState.STREAMING);
            progress.delivered(new AppendOnce.Delivered(new Position(1), 0, List.of()));
            progress.move(RelayState.BACKING_OFF, "the connection broke; trying again in %d ms".formatted(i));
        }
        var since = progress.status().since();
        progress.look();
        progress.move(RelayState.STREAMING, "");

        var status = progress.status();
        assertThat(status.state()).isEqualTo(RelayState.BACKING_OFF);
        assertThat(status.message())
                .isEqualTo(
                        "connected again; the last 3 connections failed before anything new came over them, the last because the connection broke; trying again in 2 ms");
        assertThat(status.since()).isEqualTo(since);
        assertThat(progress.await(RelayState.STREAMING, Duration.ZERO)).isFalse();
    }

    @Test
    void whatever_is_new_shows_that_a_relay_gets_through() {
        failOften();
        progress.delivered(new AppendOnce.Delivered(new Position(1), 1, List.of()));
        assertThat(progress.status().state()).isEqualTo(RelayState.STREAMING);
        assertThat(progress.status().message()).isEmpty();

        failOften();
        assertThat(progress.status().state()).isEqualTo(RelayState.BACKING_OFF);
        var canary = new Change.Canary(progress.canarySent(), Optional.empty(), new Lsn(1));
        progress.delivered(new AppendOnce.Delivered(new Position(1), 0, List.of(canary)));
        assertThat(progress.status().state()).isEqualTo(RelayState.STREAMING);
    }

    private void failOften() {
        for (int i = 0; i < RelayProgress.MANY_FAILURES; i++) {
            progress.move(RelayState.BACKING_OFF, "the connection broke");
        }
        progress.move(RelayState.STREAMING, "");
    }

    @Test
    void a_state_other_than_streaming_needs_no_confirmation() {
        progress.move(RelayState.STANDBY, "another");
        pass(Duration.ofHours(1));

        assertThat(progress.status().state()).isEqualTo(RelayState.STANDBY);
        assertThat(progress.status().message()).isEqualTo("another");
    }
}

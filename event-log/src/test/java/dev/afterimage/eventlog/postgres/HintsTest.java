package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.ReadLimits;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may log in may notify: what a message says is looked up, not believed. */
class HintsTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration LONG_ENOUGH_TO_HEAR = Duration.ofMillis(300);

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private LogRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new LogRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"9000000000000000000", "1", "-1", "nonsense", "", "99999999999999999999999"})
    void a_forged_message_wakes_nobody(String forged) throws Exception {
        rig.execute("NOTIFY afterimage_log, '%s'".formatted(forged));

        assertThat(rig.log.whole().awaitAfter(Position.ZERO, LONG_ENOUGH_TO_HEAR))
                .isFalse();

        append(rig.appender, events("x", 1), "b");
        assertThat(rig.log.whole().awaitAfter(Position.ZERO, LONG)).isTrue();
        rig.execute("NOTIFY afterimage_log, '%s'".formatted(forged));
        assertThat(rig.log.whole().awaitAfter(new Position(1), LONG_ENOUGH_TO_HEAR))
                .isFalse();
    }

    @Test
    void a_reader_that_finds_nothing_waits_again_whatever_the_log_was_believed_to_have() throws Exception {
        append(rig.appender, events("x", 3), "b");
        assertThat(rig.log.whole().awaitAfter(Position.ZERO, LONG)).isTrue();
        EmptyLog.in(database);

        int rounds = 0;
        while (rig.log.whole().awaitAfter(Position.ZERO, LONG_ENOUGH_TO_HEAR)) {
            assertThat(rig.log
                            .whole()
                            .readAfter(Position.ZERO, ReadLimits.defaults())
                            .events())
                    .isEmpty();
            assertThat(++rounds).isLessThan(3);
        }
    }
}

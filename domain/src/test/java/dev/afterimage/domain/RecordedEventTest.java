package dev.afterimage.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedEventTest {

    private static final EventId ID = EventId.parse("01890a5d-ac96-774b-bcce-b302099a8057");

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"})
    void the_years_1_to_9999_are_kept(String time) {
        assertThat(at(1, Instant.parse(time)).occurredAt()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-12-31T23:59:59.999999999Z", "+10000-01-01T00:00:00Z"})
    void a_time_outside_of_them_is_refused(String time) {
        assertThatThrownBy(() -> at(1, Instant.parse(time)))
                .hasMessage("occurredAt of %s must be in the years 1 to 9999 (UTC), was %s", ID, time);
    }

    @Test
    void sequences_start_at_1() {
        assertThatThrownBy(() -> at(0, Instant.EPOCH)).hasMessage("sequence of %s must be 1 or more, was 0", ID);
    }

    private static RecordedEvent at(long sequence, Instant time) {
        return new RecordedEvent(
                ID, new AggregateRef("order", "1"), sequence, new EventType("placed", 1), "{}", Metadata.none(), time);
    }
}

package dev.afterimage.domain.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JacksonEventCodecTest {

    private final JacksonEventCodec codec = new JacksonEventCodec();

    record Times(LocalDate day, LocalDateTime local, Instant at, OffsetDateTime offset, Duration took) {}

    record Money(BigDecimal amount, String currency) {}

    record Line(int product, Money price) {}

    enum Status {
        OPEN
    }

    record Invoice(
            UUID id, Status status, List<Line> lines, Map<String, Money> taxes, Optional<String> note, boolean paid) {}

    record One(String text) {}

    @Test
    void dates_and_times_are_iso_text_and_come_back_equal() {
        var times = new Times(
                LocalDate.of(2024, 2, 29),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 123_456_789),
                Instant.parse("2026-01-01T00:00:00.000001Z"),
                OffsetDateTime.of(2026, 3, 29, 2, 30, 0, 0, ZoneOffset.ofHoursMinutes(9, 30)),
                Duration.ofMillis(90_061_001));
        var json = codec.encode(times);

        assertThat(json)
                .contains("\"day\":\"2024-02-29\"", "\"at\":\"2026-01-01T00:00:00.000001Z\"")
                .contains("\"offset\":\"2026-03-29T02:30:00+09:30\"", "\"took\":\"PT25H1M1.001S\"");
        assertThat(codec.decode(json, Times.class)).isEqualTo(times);
    }

    @Test
    void decimals_keep_every_digit_and_their_scale() {
        for (var text : List.of("0.10", "100", "12345678901234567890.123456789", "-0.000000000000001", "1E+3")) {
            var money = new Money(new BigDecimal(text), "EUR");
            var json = codec.encode(money);

            assertThat(json).doesNotContainIgnoringCase("e+");
            assertThat(codec.decode(json, Money.class).amount())
                    .isEqualByComparingTo(money.amount())
                    .isEqualTo(new BigDecimal(new BigDecimal(text).toPlainString()));
        }
    }

    @Test
    void nested_records_lists_maps_enums_and_optionals_come_back_equal() {
        var invoice = new Invoice(
                UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057"),
                Status.OPEN,
                List.of(new Line(1, new Money(new BigDecimal("9.99"), "EUR"))),
                Map.of("vat", new Money(new BigDecimal("1.90"), "EUR")),
                Optional.empty(),
                true);

        assertThat(codec.decode(codec.encode(invoice), Invoice.class)).isEqualTo(invoice);
    }

    @Test
    void every_character_comes_back() {
        var text = "quote \" backslash \\ line \n tab \t nul \0 umlaut ü emoji 🎉 separator \u2028";

        assertThat(codec.decode(codec.encode(new One(text)), One.class)).isEqualTo(new One(text));
    }

    @Test
    void what_a_newer_writer_added_is_ignored() {
        assertThat(codec.decode("{\"text\":\"a\",\"added\":{\"deep\":[1,2]}}", One.class))
                .isEqualTo(new One("a"));
    }

    @Test
    void an_optional_that_an_older_writer_did_not_know_is_empty() {
        var json =
                "{\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"status\":\"OPEN\",\"lines\":[],\"taxes\":{},\"paid\":false}";

        assertThat(codec.decode(json, Invoice.class).note()).isEmpty();
    }
}

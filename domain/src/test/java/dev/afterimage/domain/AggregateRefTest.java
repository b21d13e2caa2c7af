package dev.afterimage.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateRefTest {

    @Test
    void an_id_is_any_text_of_1_to_200_characters() {
        assertThat(new AggregateRef("order", "o'1 \"ü\" \n")).hasToString("order o'1 \"ü\" \n");
        assertThat(new AggregateRef("order", "x".repeat(200)).id()).hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void a_blank_id_is_refused(String id) {
        assertThatThrownBy(() -> new AggregateRef("order", id))
                .hasMessage("id of order must be 1..200 characters without NUL and lone surrogates, was blank");
    }

    @Test
    void a_longer_id_is_refused_with_its_length_and_without_its_text() {
        assertThatThrownBy(() -> new AggregateRef("order", "s".repeat(201)))
                .hasMessage(
                        "id of order must be 1..200 characters without NUL and lone surrogates, was 201 characters");
    }

    @Test
    void characters_are_code_points_as_in_the_outbox_s_table() {
        assertThat(new AggregateRef("order", "🎉".repeat(200)).id()).hasSize(400);
        assertThatThrownBy(() -> new AggregateRef("order", "🎉".repeat(201)))
                .hasMessageContaining("was 201 characters");
    }

    /** In UTF-8 each would become "?", and two aggregates would be one. */
    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udc00", "\udc00\ud800", "\ud83c\ud83c\udf89"})
    void an_id_with_half_of_a_surrogate_pair_is_refused(String id) {
        assertThatThrownBy(() -> new AggregateRef("order", id))
                .hasMessage(
                        "id of order must be 1..200 characters without NUL and lone surrogates, was with half of a surrogate pair");
    }

    @Test
    void an_id_with_nul_is_refused_because_postgresql_has_none() {
        assertThatThrownBy(() -> new AggregateRef("order", "a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_type_is_a_stored_name() {
        assertThatThrownBy(() -> new AggregateRef("Order", "1"))
                .hasMessageContaining("aggregate type must be kebab-case");
    }
}

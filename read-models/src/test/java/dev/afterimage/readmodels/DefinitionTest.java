package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionTest {

    private static final String SQL = "CREATE TABLE score (player text PRIMARY KEY)";

    private static ReadModelDefinition of(String projection, int revision, Table<?>... tables) {
        return new ReadModelDefinition(projection, revision, List.of(tables), SQL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Scores", "1st", "_scores", "order-summary", "scores\"; drop", "ünique"})
    void a_projection_name_is_lower_case_letters_digits_and_underscores(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(name, 1, ScoreTable.SCORE))
                .withMessage(
                        "projection name must be 1..40 lower-case letters, digits and underscores, was \"%s\"", name);
    }

    @Test
    void names_have_at_most_forty_characters() {
        assertThat(of("a".repeat(40), 1, new ScoreTable("t".repeat(40))).projection())
                .hasSize(40);
        assertThatIllegalArgumentException().isThrownBy(() -> of("a".repeat(41), 1, ScoreTable.SCORE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("scores", 1, new ScoreTable("t".repeat(41))))
                .withMessageStartingWith("table of projection scores must have a name of 1..40");
    }

    @Test
    void a_table_name_follows_the_same_rule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("scores", 1, new ScoreTable("High Score")))
                .withMessageContaining("was \"High Score\"");
    }

    @Test
    void a_revision_is_one_or_more() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("scores", 0, ScoreTable.SCORE))
                .withMessage("revision of projection scores must be 1 or more, was 0");
    }

    @Test
    void a_projection_has_at_least_one_table() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("scores", 1))
                .withMessage("projection scores has no tables: name at least one");
    }

    @Test
    void a_table_needs_a_primary_key() {
        var keyless = DSL.table(DSL.name("app", "score"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("scores", 1, keyless))
                .withMessage("table score of projection scores has no primary key: add one");
    }

    @Test
    void a_table_needs_a_schema() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("scores", 1, new ScoreTable("score", null)))
                .withMessage("table score of projection scores has no schema: generate its jOOQ class with one");
    }

    @Test
    void all_tables_are_in_one_schema() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("scores", 1, ScoreTable.SCORE, new ScoreTable("medal", "other")))
                .withMessageContaining("app")
                .withMessageContaining("other");
    }
}

package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final List<Column> COLUMNS =
            List.of(Column.text("read model"), Column.number("rows"), Column.text("state"));
    private static final List<List<String>> ROWS =
            List.of(List.of("order_summary", "24,900", "live"), List.of("Kürschner", "91", "rebuilding"));

    @Test
    void numbers_are_right_aligned_and_the_frame_is_ascii_off_a_terminal() {
        assertThat(shown(Stage.plain(), COLUMNS, ROWS)).isEqualTo("""
                read model       rows  state
                -------------  ------  ----------
                order_summary  24,900  live
                Kürschner          91  rebuilding
                """);
    }

    @Test
    void the_rule_is_drawn_on_a_terminal() {
        assertThat(shown(Stage.withoutColour(80), COLUMNS, ROWS)).contains("─────────────  ──────  ──────────\n");
        assertThat(shown(Stage.terminal(), COLUMNS, ROWS)).contains("\033[1mread model       rows  state\033[0m\n");
    }

    @Test
    void a_table_without_rows_is_its_header() {
        assertThat(shown(Stage.plain(), COLUMNS, List.of())).isEqualTo("""
                read model  rows  state
                ----------  ----  -----
                """);
    }

    @Test
    void a_text_wider_than_its_column_is_cut() {
        var columns = List.of(Column.text("key").upTo(8));
        var rows = List.of(List.of("abcdefgh"), List.of("abcdefghi"), List.of("中文中文中"));
        assertThat(shown(Stage.withoutColour(80), columns, rows).lines().skip(2))
                .containsExactly("abcdefgh", "abcdefg…", "中文中…");
    }

    @Test
    void a_narrow_terminal_cuts_texts_and_never_numbers() {
        var columns = List.of(Column.text("customer"), Column.number("total"), Column.text("city"));
        var rows = List.of(List.of("Alfreds Futterkiste", "1,234,567,890,123", "Berlin"));
        assertThat(shown(Stage.withoutColour(40), columns, rows)).isEqualTo("""
                customer                   total  city
                ─────────────  ─────────────────  ──────
                Alfreds Futt…  1,234,567,890,123  Berlin
                """);
    }

    @Test
    void a_row_with_too_few_cells_is_refused() {
        assertThatThrownBy(() -> shown(Stage.plain(), COLUMNS, List.of(List.of("order_summary"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table of 3 columns: a row has 1 cells: [order_summary]");
    }

    @Test
    void a_column_too_narrow_to_say_anything_is_refused() {
        assertThatThrownBy(() -> Column.text("key").upTo(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column key: maxWidth must be at least 4 cells, was 2");
    }

    private static String shown(Stage stage, List<Column> columns, List<List<String>> rows) {
        stage.screen().table(columns, rows);
        return stage.text();
    }
}

package dev.afterimage.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Sets a table: a header, a rule below it, and one line per row. */
final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private final Mode mode;

    Table(Mode mode) {
        this.mode = mode;
    }

    List<String> lines(List<Column> columns, List<List<String>> rows) {
        var titles = clean(columns.stream().map(Column::title).toList());
        var cells = rows.stream()
                .map(row -> checked(columns, row))
                .map(Table::clean)
                .toList();
        var widths = narrowed(columns, widths(columns, titles, cells));
        var lines = new ArrayList<String>();
        lines.add(mode.ink().bold(line(columns, widths, titles)));
        lines.add(mode.ink().dim(rule(widths)));
        cells.forEach(row -> lines.add(line(columns, widths, row)));
        return lines;
    }

    private static List<String> checked(List<Column> columns, List<String> row) {
        if (row.size() != columns.size()) {
            throw new IllegalArgumentException(
                    "table of " + columns.size() + " columns: a row has " + row.size() + " cells: " + row);
        }
        return row;
    }

    private static List<String> clean(List<String> cells) {
        return cells.stream().map(Text::clean).toList();
    }

    private static int[] widths(List<Column> columns, List<String> titles, List<List<String>> rows) {
        return IntStream.range(0, columns.size())
                .map(i -> {
                    var widest = rows.stream()
                            .mapToInt(row -> Text.width(row.get(i)))
                            .max()
                            .orElse(0);
                    var wanted = Math.max(Text.width(titles.get(i)), widest);
                    return columns.get(i).number()
                            ? wanted
                            : Math.min(columns.get(i).maxWidth(), wanted);
                })
                .toArray();
    }

    /** Takes from the widest text, cell by cell, until the table fits or no text can give more. */
    private int[] narrowed(List<Column> columns, int[] widths) {
        var narrowed = widths.clone();
        while (Arrays.stream(narrowed).sum() + GAP.length() * (narrowed.length - 1) > mode.columns()) {
            var widest = IntStream.range(0, narrowed.length)
                    .filter(i -> !columns.get(i).number() && narrowed[i] > NARROWEST)
                    .reduce((a, b) -> narrowed[b] > narrowed[a] ? b : a);
            if (widest.isEmpty()) {
                break;
            }
            narrowed[widest.getAsInt()]--;
        }
        return narrowed;
    }

    private String line(List<Column> columns, int[] widths, List<String> cells) {
        var line = new StringBuilder();
        for (var i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : GAP).append(set(columns.get(i), cells.get(i), widths[i]));
        }
        return line.toString().stripTrailing();
    }

    private String set(Column column, String cell, int width) {
        return column.number()
                ? Text.padLeft(cell, width)
                : Text.padRight(Text.cut(cell, width, mode.glyphs().cut()), width);
    }

    private String rule(int[] widths) {
        return String.join(
                GAP,
                Arrays.stream(widths).mapToObj(mode.glyphs().rule()::repeat).toList());
    }
}

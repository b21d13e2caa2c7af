package dev.afterimage.cli.terminal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Lays out stacked bars in columns, and leaves out the least important columns if the terminal is too narrow. */
final class BarLines {
    private static final List<Part> LIVE = List.of(
            Part.MARK,
            Part.TITLE,
            Part.BAR,
            Part.PERCENT,
            Part.AMOUNT,
            Part.UNIT,
            Part.RATE,
            Part.AVERAGE,
            Part.LEFT,
            Part.ELAPSED);
    private static final List<Part> LAST =
            List.of(Part.MARK, Part.TITLE, Part.AMOUNT, Part.UNIT, Part.RATE, Part.ELAPSED, Part.NOTE);
    private static final List<Part> FIRST_TO_GO =
            List.of(Part.AVERAGE, Part.ELAPSED, Part.LEFT, Part.UNIT, Part.RATE, Part.BAR, Part.PERCENT);
    private static final int WIDEST_BAR = 30;

    private final Mode mode;
    private final BarArt art;

    BarLines(Mode mode) {
        this.mode = mode;
        this.art = new BarArt(mode);
    }

    /** One line for each bar, in order. */
    List<String> live(List<Snapshot> bars) {
        var parts = new ArrayList<>(LIVE);
        var widths = widths(bars);
        for (var least : FIRST_TO_GO) {
            if (spare(parts, widths) < 0) {
                parts.remove(least);
            }
        }
        widths.merge(
                Part.BAR, Math.max(0, spare(parts, widths)), (least, spare) -> Math.min(WIDEST_BAR, least + spare));
        return bars.stream().map(bar -> line(parts, widths, bar)).toList();
    }

    /** What stays when all is over: no bars, but notes. */
    List<String> last(List<Snapshot> bars) {
        var widths = widths(bars);
        return bars.stream().map(bar -> line(LAST, widths, bar)).toList();
    }

    private Map<Part, Integer> widths(List<Snapshot> bars) {
        var widths = new EnumMap<Part, Integer>(Part.class);
        for (var part : Part.values()) {
            var widest = bars.stream()
                    .map(bar -> Text.width(plain(part, bar)))
                    .max(Comparator.naturalOrder())
                    .orElse(0);
            widths.put(part, Math.max(part.leastWidth(), widest));
        }
        return widths;
    }

    /** One cell stays free: some terminals wrap a line that is exactly as wide as they are. */
    private int spare(List<Part> parts, Map<Part, Integer> widths) {
        var taken = parts.stream()
                .mapToInt(part -> part.gap() + widths.getOrDefault(part, 0))
                .sum();
        return mode.columns() - 1 - (taken - parts.getFirst().gap());
    }

    private String line(List<Part> parts, Map<Part, Integer> widths, Snapshot bar) {
        var line = new StringBuilder();
        for (var part : parts) {
            line.append(" ".repeat(line.isEmpty() ? 0 : part.gap()));
            line.append(drawn(part, bar, widths.getOrDefault(part, 0)));
        }
        return line.toString().stripTrailing();
    }

    private String drawn(Part part, Snapshot bar, int width) {
        return part == Part.BAR ? art.draw(bar, width) : coloured(part, bar, part.padded(plain(part, bar), width));
    }

    private String plain(Part part, Snapshot bar) {
        return part == Part.MARK ? mark(bar) : part.text(bar);
    }

    private String mark(Snapshot bar) {
        return switch (bar.state()) {
            case RUNNING -> "";
            case DONE -> mode.glyphs().good();
            case FAILED -> mode.glyphs().bad();
        };
    }

    private String coloured(Part part, Snapshot bar, String text) {
        return switch (part) {
            case MARK ->
                bar.state() == Snapshot.State.FAILED
                        ? mode.ink().red(text)
                        : mode.ink().green(text);
            case AVERAGE, LEFT, ELAPSED, NOTE -> mode.ink().dim(text);
            default -> text;
        };
    }
}

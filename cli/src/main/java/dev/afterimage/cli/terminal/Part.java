package dev.afterimage.cli.terminal;

/** A column of the stacked bars; its least width keeps the line from jumping about while figures grow. */
enum Part {
    MARK(false, 1),
    TITLE(false, 1),
    BAR(false, 8),
    PERCENT(true, 5),
    AMOUNT(true, 1),
    UNIT(false, 1),
    RATE(true, 8),
    AVERAGE(true, 12),
    LEFT(true, 8),
    ELAPSED(true, 6),
    NOTE(false, 0);

    private final boolean right;
    private final int leastWidth;

    Part(boolean right, int leastWidth) {
        this.right = right;
        this.leastWidth = leastWidth;
    }

    int leastWidth() {
        return leastWidth;
    }

    /** Between this part and the one before it. */
    int gap() {
        return this == TITLE || this == UNIT ? 1 : 2;
    }

    String padded(String text, int width) {
        return right ? Text.padLeft(text, width) : Text.padRight(text, width);
    }

    /** Nothing for the parts that need more than figures: the mark and the bar. */
    String text(Snapshot bar) {
        return switch (this) {
            case MARK, BAR -> "";
            case TITLE -> bar.title();
            case PERCENT -> bar.totalIsKnown() ? bar.percent() + " %" : "";
            case AMOUNT ->
                Text.padLeft(bar.amount(), bar.at(bar.total()).amount().length());
            case UNIT -> bar.unit();
            case RATE -> Figures.perSecond(bar.running() ? bar.recent() : bar.overall());
            case AVERAGE -> bar.running() ? "avg " + Figures.perSecond(bar.overall()) : "";
            case LEFT -> bar.left().map(left -> "ETA " + Figures.roughly(left)).orElse("");
            case ELAPSED -> Figures.duration(bar.elapsed());
            case NOTE -> bar.note();
        };
    }
}

package dev.afterimage.cli.terminal;

/**
 * A table's column: its title, and how its cells are set.
 *
 * @param number set right-aligned and never cut
 * @param maxWidth longer texts are cut, in terminal cells
 */
public record Column(String title, boolean number, int maxWidth) {
    private static final int USUAL_MAX_WIDTH = 60;
    private static final int LEAST_MAX_WIDTH = 4;

    public Column {
        if (maxWidth < LEAST_MAX_WIDTH) {
            throw new IllegalArgumentException(
                    "column " + title + ": maxWidth must be at least " + LEAST_MAX_WIDTH + " cells, was " + maxWidth);
        }
    }

    public static Column text(String title) {
        return new Column(title, false, USUAL_MAX_WIDTH);
    }

    public static Column number(String title) {
        return new Column(title, true, USUAL_MAX_WIDTH);
    }

    /** The same column, its texts cut after so many terminal cells. */
    public Column upTo(int cells) {
        return new Column(title, number, cells);
    }
}

package dev.afterimage.cli.terminal;

/** Draws the bar itself: filled from the left or, without a total, a short piece that wanders. */
final class BarArt {
    private static final int PIECE = 4;
    private static final int STEPS_PER_SECOND = 10;

    private final Glyphs glyphs;
    private final Ink ink;

    BarArt(Mode mode) {
        this.glyphs = mode.glyphs();
        this.ink = mode.ink();
    }

    /** Exactly as many cells wide. */
    String draw(Snapshot bar, int width) {
        if (bar.totalIsKnown()) {
            return filled(bar, width);
        }
        return bar.running() ? wandering(bar, width) : colour(bar, glyphs.full().repeat(width));
    }

    private String filled(Snapshot bar, int width) {
        var halves = (int) Math.floor(bar.fraction() * width * 2);
        var piece = glyphs.full().repeat(halves / 2) + (halves % 2 == 1 ? glyphs.half() : "");
        return colour(bar, piece) + ink.dim(glyphs.empty().repeat(width - (halves + 1) / 2));
    }

    private String wandering(Snapshot bar, int width) {
        var room = Math.max(1, width - PIECE);
        var step = (int) (bar.elapsed().toMillis() * STEPS_PER_SECOND / 1000 % (2L * room));
        var at = Math.min(step, 2 * room - step);
        var piece = glyphs.full().repeat(width - room);
        return ink.dim(glyphs.empty().repeat(at))
                + colour(bar, piece)
                + ink.dim(glyphs.empty().repeat(room - at));
    }

    private String colour(Snapshot bar, String piece) {
        return switch (bar.state()) {
            case RUNNING -> ink.cyan(piece);
            case DONE -> ink.green(piece);
            case FAILED -> ink.red(piece);
        };
    }
}

package dev.afterimage.cli.terminal;

import java.nio.charset.Charset;
import java.util.Map;

/**
 * What the reader's side can show.
 *
 * @param live whether lines can be repainted in place
 * @param columns the width to keep within; unlimited if not live
 */
record Mode(boolean live, int columns, Ink ink, Glyphs glyphs) {
    private static final int USUAL_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 20;

    static Mode of(Map<String, String> env, boolean isTerminal, Charset charset) {
        var term = env.getOrDefault("TERM", "dumb");
        if (!isTerminal || term.isEmpty() || term.equals("dumb")) {
            return new Mode(false, Integer.MAX_VALUE, new Ink(false), Glyphs.ASCII);
        }
        // https://no-color.org: present and not empty, whatever its value.
        var colour = env.getOrDefault("NO_COLOR", "").isEmpty();
        return new Mode(true, columns(env), new Ink(colour), Glyphs.in(charset));
    }

    private static int columns(Map<String, String> env) {
        try {
            return Math.max(FEWEST_COLUMNS, Integer.parseInt(env.getOrDefault("COLUMNS", "")));
        } catch (NumberFormatException notSaid) {
            return USUAL_COLUMNS;
        }
    }
}

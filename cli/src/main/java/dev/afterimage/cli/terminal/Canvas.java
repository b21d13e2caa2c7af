package dev.afterimage.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The only writer: lines that stay and, on a terminal, blocks of lines below them that are repainted in place. */
final class Canvas {
    private static final String CLEAR_REST_OF_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";
    // A line wider than a window that has just shrunk is clipped: were it wrapped, we would go up too few lines.
    private static final String CLIP = "\033[?7l";
    private static final String WRAP = "\033[?7h";

    private final PrintStream out;
    private final boolean live;
    private final Map<Object, List<String>> blocks = new LinkedHashMap<>();
    private List<String> painted = List.of();
    private boolean empty = true;

    Canvas(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    synchronized void keep(List<String> lines) {
        empty = false;
        write(lines);
    }

    /** With an empty line before, unless it is the first. */
    synchronized void keepApart(List<String> lines) {
        var apart = new ArrayList<String>();
        if (!empty) {
            apart.add("");
        }
        apart.addAll(lines);
        keep(apart);
    }

    /** Does nothing off a terminal. */
    synchronized void repaint(Object owner, List<String> lines) {
        if (live && !lines.equals(blocks.put(owner, List.copyOf(lines)))) {
            write(List.of());
        }
    }

    /** Ends the owner's block; the given lines stay in its place. */
    synchronized void settle(Object owner, List<String> lines) {
        blocks.remove(owner);
        keep(lines);
    }

    private void write(List<String> stay) {
        var below = blocks.values().stream().flatMap(List::stream).toList();
        var frame = new StringBuilder();
        if (painted.isEmpty() && below.isEmpty()) {
            stay.forEach(line -> frame.append(line).append('\n'));
        } else {
            paint(frame, stay, below);
        }
        out.print(frame);
        out.flush();
    }

    private void paint(StringBuilder frame, List<String> stay, List<String> below) {
        if (!painted.isEmpty()) {
            frame.append("\033[").append(painted.size()).append('A');
        }
        if (!stay.isEmpty()) {
            // Before, not after each line: a line that stays may be wider than the terminal and take two.
            frame.append(CLEAR_BELOW);
            stay.forEach(line -> frame.append(line).append('\n'));
        }
        frame.append(CLIP);
        below.forEach(line -> frame.append(line).append(CLEAR_REST_OF_LINE).append('\n'));
        frame.append(WRAP).append(CLEAR_BELOW);
        painted = below;
    }
}

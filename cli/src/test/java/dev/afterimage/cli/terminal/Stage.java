package dev.afterimage.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A screen on which time passes only when told to, and what has been written to it. */
final class Stage {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Runnable> ticks = new ArrayList<>();
    private final Screen screen;
    private long nanos = 42;

    private Stage(Map<String, String> env, boolean isTerminal) {
        var out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        screen = new Screen(out, Mode.of(env, isTerminal, StandardCharsets.UTF_8), () -> nanos, tick -> {
            ticks.add(tick);
            return () -> ticks.remove(tick);
        });
    }

    static Stage terminal() {
        return terminal(120);
    }

    static Stage terminal(int columns) {
        return new Stage(Map.of("TERM", "xterm", "COLUMNS", "" + columns), true);
    }

    static Stage withoutColour(int columns) {
        return new Stage(Map.of("TERM", "xterm", "COLUMNS", "" + columns, "NO_COLOR", "1"), true);
    }

    static Stage plain() {
        return new Stage(Map.of("TERM", "xterm"), false);
    }

    static Stage with(Map<String, String> env, boolean isTerminal) {
        return new Stage(env, isTerminal);
    }

    Screen screen() {
        return screen;
    }

    void pass(Duration time) {
        nanos += time.toNanos();
        List.copyOf(ticks).forEach(Runnable::run);
    }

    int runningTickers() {
        return ticks.size();
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What has been written since the last call of this method. */
    String written() {
        var text = text();
        bytes.reset();
        return text;
    }
}

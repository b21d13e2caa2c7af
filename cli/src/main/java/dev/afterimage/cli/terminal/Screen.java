package dev.afterimage.cli.terminal;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Where a command tells people what it does: coloured and repainted on a terminal, plain lines in a file or a pipe.
 * Safe to use from any thread, also while bars are live: text appears above them. Text from outside cannot steer the
 * terminal: its control characters are shown as {@code ?}.
 */
public final class Screen {
    private final Canvas canvas;
    private final Mode mode;
    private final LongSupplier nanos;
    private final Ticker ticker;

    Screen(PrintStream out, Mode mode, LongSupplier nanos, Ticker ticker) {
        this.canvas = new Canvas(out, mode.live());
        this.mode = mode;
        this.nanos = nanos;
        this.ticker = ticker;
    }

    /** For a command whose results are for people. */
    public static Screen onStdout() {
        return detect(System.out, 1);
    }

    /** For a command whose stdout belongs to a program, as with {@code --json}. */
    public static Screen onStderr() {
        return detect(System.err, 2);
    }

    /**
     * Follows {@code NO_COLOR} (no colours), {@code TERM=dumb} or no {@code TERM} (plain lines) and {@code COLUMNS}.
     */
    public static Screen of(PrintStream out, Map<String, String> env, boolean isTerminal) {
        return new Screen(out, Mode.of(env, isTerminal, out.charset()), System::nanoTime, Ticker.daemon());
    }

    private static Screen detect(PrintStream out, int descriptor) {
        var isTerminal = TerminalProbe.isTerminal(descriptor);
        var env = isTerminal ? TerminalProbe.withColumns(System.getenv()) : System.getenv();
        return of(out, env, isTerminal);
    }

    public void heading(String text) {
        canvas.keepApart(styled(text, mode.ink()::bold));
    }

    /** A line feed in the text starts a new line. */
    public void line(String text) {
        canvas.keep(styled(text, UnaryOperator.identity()));
    }

    /** A line of lesser importance. */
    public void note(String text) {
        canvas.keep(styled(text, mode.ink()::dim));
    }

    public void good(String text) {
        canvas.keep(marked(mode.ink().green(mode.glyphs().good()), text));
    }

    public void bad(String text) {
        canvas.keep(marked(mode.ink().red(mode.glyphs().bad()), text));
    }

    /**
     * On a terminal, texts too wide for it are cut; numbers never are.
     *
     * @throws IllegalArgumentException if a row has not exactly one cell per column
     */
    public void table(List<Column> columns, List<List<String>> rows) {
        canvas.keep(new Table(mode).lines(columns, rows));
    }

    /**
     * A single bar; end it with {@link Progress#done}, or close it.
     *
     * @param total 0 if nobody knows it
     */
    public Progress progress(String title, long total, String unit) {
        return bars(true).add(title, total, unit);
    }

    /** Several bars, one below the other, that move at the same time. */
    public Bars bars() {
        return bars(false);
    }

    private Bars bars(boolean closesWithItsBar) {
        return new Bars(canvas, mode, nanos, ticker, closesWithItsBar);
    }

    private static List<String> styled(String text, UnaryOperator<String> style) {
        return text.isEmpty()
                ? List.of("")
                : text.lines().map(Text::clean).map(style).toList();
    }

    private static List<String> marked(String mark, String text) {
        return styled(text, line -> mark + " " + line);
    }
}

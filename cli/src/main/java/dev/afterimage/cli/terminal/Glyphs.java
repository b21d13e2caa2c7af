package dev.afterimage.cli.terminal;

import java.nio.charset.Charset;

/** The signs that frames, bars and marks are made of. */
record Glyphs(String good, String bad, String full, String half, String empty, String rule, String cut) {
    static final Glyphs UNICODE = new Glyphs("✓", "✗", "━", "╸", "─", "─", "…");
    static final Glyphs ASCII = new Glyphs("[ok]", "[failed]", "#", "#", ".", "-", "...");

    static Glyphs in(Charset charset) {
        var needed = UNICODE.good + UNICODE.bad + UNICODE.full + UNICODE.half + UNICODE.rule + UNICODE.cut;
        return charset.canEncode() && charset.newEncoder().canEncode(needed) ? UNICODE : ASCII;
    }
}

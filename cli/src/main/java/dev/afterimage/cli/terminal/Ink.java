package dev.afterimage.cli.terminal;

/** Colours a text that is padded already, or leaves it as it is. */
record Ink(boolean on) {
    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    String cyan(String text) {
        return paint("36", text);
    }

    private String paint(String code, String text) {
        return on && !text.isBlank() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}

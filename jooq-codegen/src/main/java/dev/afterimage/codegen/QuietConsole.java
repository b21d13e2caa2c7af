package dev.afterimage.codegen;

/** Keeps the build's console to one line: no logo, no tip of the day, warnings only. */
final class QuietConsole {

    private static final String LOGBACK = "logback.configurationFile";

    private QuietConsole() {}

    /** Call before the first logger is made. */
    static void prepare() {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        if (System.getProperty(LOGBACK) == null
                && !isOnClassPath("logback.xml")
                && !isOnClassPath("logback-test.xml")) {
            System.setProperty(LOGBACK, "dev/afterimage/codegen/logback.xml");
        }
    }

    private static boolean isOnClassPath(String resource) {
        return QuietConsole.class.getClassLoader().getResource(resource) != null;
    }
}

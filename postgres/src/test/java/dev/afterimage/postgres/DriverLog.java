package dev.afterimage.postgres;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Everything that the driver logs while this is open, whatever its level. */
final class DriverLog extends Handler implements AutoCloseable {

    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private final List<String> lines = new CopyOnWriteArrayList<>();

    DriverLog() {
        setFormatter(new SimpleFormatter());
        DRIVER.setLevel(Level.ALL);
        DRIVER.setUseParentHandlers(false);
        DRIVER.addHandler(this);
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(getFormatter().format(line));
    }

    @Override
    public void flush() {
        // Nothing is kept back.
    }

    @Override
    public void close() {
        DRIVER.removeHandler(this);
        DRIVER.setUseParentHandlers(true);
        DRIVER.setLevel(null);
    }
}

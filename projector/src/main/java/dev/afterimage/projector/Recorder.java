package dev.afterimage.projector;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what everyone should know to the database: at once, and again until it succeeds. */
final class Recorder {

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final Map<String, Runnable> pending = new LinkedHashMap<>();

    /** @param about the newest word about one thing replaces an older one that could not be written */
    synchronized void write(String about, Runnable statement) {
        pending.remove(about);
        if (!succeeds(about, statement)) {
            pending.put(about, statement);
        }
    }

    synchronized void retry() {
        pending.entrySet().removeIf(each -> succeeds(each.getKey(), each.getValue()));
    }

    private static boolean succeeds(String about, Runnable statement) {
        try {
            statement.run();
            return true;
        } catch (RuntimeException e) {
            LOG.warn("{}: its state could not be recorded and will be again ({})", about, Reason.of(e));
            return false;
        }
    }
}

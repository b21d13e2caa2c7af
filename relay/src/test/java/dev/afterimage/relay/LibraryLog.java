package dev.afterimage.relay;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Everything that Debezium, Kafka Connect and we log while this is open, as with a user's own settings. */
final class LibraryLog implements AutoCloseable {

    private static final List<String> LOGGERS = List.of("io.debezium", "org.apache.kafka", "dev.afterimage");

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<Level> levels;

    LibraryLog(Level level) {
        lines.start();
        levels = LOGGERS.stream().map(name -> logger(name).getLevel()).toList();
        for (var name : LOGGERS) {
            logger(name).setLevel(level);
            logger(name).setAdditive(false);
            logger(name).addAppender(lines);
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    List<String> lines() {
        return List.copyOf(lines.list).stream()
                .map(line -> "%s %s %s".formatted(line.getLevel(), line.getLoggerName(), line.getFormattedMessage()))
                .toList();
    }

    @Override
    public void close() {
        for (int i = 0; i < LOGGERS.size(); i++) {
            logger(LOGGERS.get(i)).detachAppender(lines);
            logger(LOGGERS.get(i)).setAdditive(true);
            logger(LOGGERS.get(i)).setLevel(levels.get(i));
        }
    }
}

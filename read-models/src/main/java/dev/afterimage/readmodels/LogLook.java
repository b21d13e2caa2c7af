package dev.afterimage.readmodels;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.LogIndex;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.SourceProgress;
import java.util.List;
import java.util.Optional;

/**
 * What the log says of itself.
 *
 * @param damage why it cannot tell where it ends; the rest is empty then
 */
record LogLook(List<SourceProgress> sources, Position head, Optional<String> damage) {

    static LogLook at(LogIndex log) {
        try {
            var sources = log.sources();
            return new LogLook(sources, log.head(), Optional.empty());
        } catch (LogDamagedException e) {
            return new LogLook(List.of(), Position.ZERO, Optional.of(String.valueOf(e.getMessage())));
        }
    }
}

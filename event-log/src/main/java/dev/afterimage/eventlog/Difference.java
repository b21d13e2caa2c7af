package dev.afterimage.eventlog;

import dev.afterimage.domain.Position;
import java.util.List;
import java.util.Optional;

/**
 * Events that one side has and the other lacks.
 *
 * @param first where the first of them is in the log; empty for events that the log lacks
 * @param examples the first few, for people
 */
public record Difference(long events, Optional<Position> first, List<String> examples) {

    public Difference {
        examples = List.copyOf(examples);
    }

    public boolean isNone() {
        return events == 0;
    }
}

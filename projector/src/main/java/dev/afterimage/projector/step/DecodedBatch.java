package dev.afterimage.projector.step;

import dev.afterimage.domain.EventId;
import dev.afterimage.projector.fold.DecodedEvent;
import java.util.List;
import java.util.Optional;

/**
 * Events that stand next to each other in the log.
 *
 * @param generation of the log that has them so
 * @param before the event directly before them; empty at the beginning of the log, and after its end
 */
public record DecodedBatch(long generation, Optional<EventId> before, List<DecodedEvent> events) {}

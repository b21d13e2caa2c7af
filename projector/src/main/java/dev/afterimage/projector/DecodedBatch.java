package dev.afterimage.projector;

import java.util.List;

/**
 * Events that stand next to each other in the log.
 *
 * @param generation of the log that has them so
 */
record DecodedBatch(long generation, List<DecodedEvent> events) {}

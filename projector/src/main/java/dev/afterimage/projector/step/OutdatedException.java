package dev.afterimage.projector.step;

import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.Correction;
import dev.afterimage.readmodels.ProjectionVersion;

/** A version's rows are of events that the log does not have any more, or has elsewhere. */
public final class OutdatedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private OutdatedException(ProjectionVersion version, Position position, String reason) {
        super("%s is at position %s and %s: it has to be rebuilt".formatted(version, position, reason));
    }

    static OutdatedException corrected(ProjectionVersion version, Position position, Correction correction) {
        var reason = "the log was corrected from position %s on (%s)".formatted(correction.from(), correction.reason());
        return new OutdatedException(version, position, reason);
    }

    static OutdatedException restored(ProjectionVersion version, Position position, String evidence) {
        return new OutdatedException(
                version, position, "the log %s: its database was restored back in time".formatted(evidence));
    }
}

package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.Correction;
import dev.afterimage.readmodels.ProjectionVersion;

/** The log was corrected before a version's position: its rows are of events that are not there any more, or moved. */
final class OutdatedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutdatedException(ProjectionVersion version, Position position, Correction correction) {
        super("%s is at position %s and the log was corrected from position %s on (%s): it has to be rebuilt"
                .formatted(version, position, correction.from(), correction.reason()));
    }
}

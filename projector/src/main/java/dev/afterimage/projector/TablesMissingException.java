package dev.afterimage.projector;

import dev.afterimage.readmodels.ProjectionVersion;
import java.util.List;

/** Tables of a version are not there any more. */
final class TablesMissingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TablesMissingException(ProjectionVersion version, List<String> missing) {
        super("somebody dropped %s of %s: run ./afterimage rebuild %s"
                .formatted(String.join(", ", missing), version, version.projection()));
    }
}

package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.util.Optional;

/**
 * A version as the database has it.
 *
 * @param definitionChecksum of the SQL that made its tables
 * @param logGeneration of the log that its rows stand on
 * @param dropFailure why it is still there although nobody can go back to it; empty for all others
 * @param comparison with the version that it replaced, in words; empty if that was not tried
 */
public record VersionView(
        ProjectionVersion version,
        String definitionChecksum,
        Position position,
        long logGeneration,
        VersionLease lease,
        Optional<String> dropFailure,
        Optional<String> comparison) {}

package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;

/**
 * A version as the database has it.
 *
 * @param definitionChecksum of the SQL that made its tables
 * @param logGeneration of the log that its rows stand on
 */
public record VersionView(
        ProjectionVersion version,
        String definitionChecksum,
        Position position,
        long logGeneration,
        VersionLease lease) {}

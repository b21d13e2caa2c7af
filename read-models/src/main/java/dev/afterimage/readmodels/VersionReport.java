package dev.afterimage.readmodels;

/** What a node says of a version that it runs. */
public record VersionReport(ProjectionVersion version, VersionState state, String message) {}

package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.readmodels.ProjectionVersion;

/**
 * How one version of a projection is doing in this projector.
 *
 * @param version as it was when its run started; ask the read models for its phase now
 * @param message why it is in this state and what to do; empty when all is well
 * @param position the last event that was folded
 */
public record ProjectionStatus(ProjectionVersion version, RunState state, String message, Position position) {}

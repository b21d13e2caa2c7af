/**
 * Worker 2: folds the log into read models. To write one, start reading at {@link dev.afterimage.projector.Projection};
 * to see how it runs, at {@link dev.afterimage.projector.step.ProjectionStep#step}, then
 * {@link dev.afterimage.projector.ProjectionRun} and {@link dev.afterimage.projector.Rebuild}. May import the domain,
 * the event log and the read models.
 */
@NullMarked
package dev.afterimage.projector;

import org.jspecify.annotations.NullMarked;

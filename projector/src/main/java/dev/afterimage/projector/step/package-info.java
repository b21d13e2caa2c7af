/**
 * Reads the next events of the log and folds them, rows and checkpoint in one transaction. Start reading at
 * {@link dev.afterimage.projector.step.ProjectionStep#step}. May import {@link dev.afterimage.projector.fold}.
 */
@NullMarked
package dev.afterimage.projector.step;

import org.jspecify.annotations.NullMarked;

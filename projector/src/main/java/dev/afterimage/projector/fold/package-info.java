/**
 * Folds one batch of events into the tables of one version, inside a transaction that somebody else begins and ends.
 * Start reading at {@link dev.afterimage.projector.fold.BatchFold}, then
 * {@link dev.afterimage.projector.fold.RowBatchFold}. May import {@link dev.afterimage.projector.rows} and what
 * handlers are.
 */
@NullMarked
package dev.afterimage.projector.fold;

import org.jspecify.annotations.NullMarked;

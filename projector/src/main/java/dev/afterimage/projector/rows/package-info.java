/**
 * The rows of a version while a batch is folded: loaded in bulk, changed in memory, written in bulk. Start reading at
 * {@link dev.afterimage.projector.rows.VersionRows}, then {@link dev.afterimage.projector.rows.TableRows}, then, for
 * what happens to a value, {@link dev.afterimage.projector.rows.RowWatch}. May import jOOQ and our postgres module.
 */
@NullMarked
package dev.afterimage.projector.rows;

import org.jspecify.annotations.NullMarked;

/**
 * One node of a cluster in which two versions of Afterimage run: started as a process of its own, from today's classes
 * or from those of an earlier version. Start reading at {@link dev.afterimage.proof.upgrade.node.Node}. May import the
 * example and every public API.
 */
@NullMarked
package dev.afterimage.proof.upgrade.node;

import org.jspecify.annotations.NullMarked;

/**
 * Store 3: the tables of projections, their versions and checkpoints, and the jOOQ query side. To query, start reading
 * at {@link dev.afterimage.readmodels.ReadModels}; to see how versions come and go, at
 * {@link dev.afterimage.readmodels.Versions}, then {@link dev.afterimage.readmodels.Checkpoints}. May import the
 * domain.
 */
@NullMarked
package dev.afterimage.readmodels;

import org.jspecify.annotations.NullMarked;

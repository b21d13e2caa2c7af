/**
 * A load to run against a pipeline, and an oracle that judges what came of it. Start reading at
 * {@link dev.afterimage.proof.reliability.Oracle}, then {@link dev.afterimage.proof.reliability.Load}. May import the
 * example and the outbox.
 */
@NullMarked
package dev.afterimage.proof.reliability;

import org.jspecify.annotations.NullMarked;

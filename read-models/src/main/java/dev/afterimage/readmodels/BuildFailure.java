package dev.afterimage.readmodels;

import java.time.Instant;

/**
 * The last try to build a new version failed.
 *
 * @param revision of the code that tried
 * @param attempts how many tries of this revision failed in a row
 * @param retryAt when it is tried again
 */
public record BuildFailure(int revision, String message, int attempts, Instant failedAt, Instant retryAt) {}

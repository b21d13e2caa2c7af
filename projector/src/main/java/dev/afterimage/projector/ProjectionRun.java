package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.VersionFencedException;
import dev.afterimage.readmodels.Versions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps one version again and again on a thread of its own: when there is something, at once; after a passing failure,
 * later; after an event that cannot be folded, not at all until it is resumed.
 */
final class ProjectionRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionRun.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);

    private final ProjectionVersion version;
    private final ProjectionStep step;
    private final DecodedLog log;
    private final Versions versions;
    private final ProjectorSettings settings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile RunState state = RunState.RUNNING;
    private volatile String message = "";
    private int nextBatch;
    private Duration backOff = FIRST_BACK_OFF;

    ProjectionRun(
            ProjectionVersion version,
            ProjectionStep step,
            DecodedLog log,
            Versions versions,
            ProjectorSettings settings) {
        this.version = version;
        this.step = step;
        this.log = log;
        this.versions = versions;
        this.settings = settings;
        this.nextBatch = settings.liveBatch();
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-projector-%s-v%d".formatted(version.projection(), version.number()))
                .unstarted(this::run);
    }

    ProjectionRun start() {
        thread.start();
        return this;
    }

    ProjectionStatus status() {
        return new ProjectionStatus(version, state, message, step.position());
    }

    boolean isOf(ProjectionVersion other) {
        return version.projection().equals(other.projection()) && version.number() == other.number();
    }

    /** Whether it will not move again. */
    boolean hasEnded() {
        return !canMove();
    }

    private void run() {
        while (!isClosing() && canMove()) {
            try {
                if (state == RunState.RETRYING) {
                    step.recover();
                }
                if (log.log().awaitAfter(step.position(), settings.idleLook())) {
                    step.step(nextBatch);
                    succeeded();
                }
            } catch (InterruptedException e) {
                closing.countDown();
            } catch (RuntimeException e) {
                failed(e);
            }
        }
        if (canMove()) {
            move(RunState.CLOSED, "");
        }
    }

    private boolean canMove() {
        return state == RunState.RUNNING || state == RunState.RETRYING;
    }

    private void failed(RuntimeException failure) {
        switch (failure) {
            case VersionFencedException fenced -> move(RunState.FENCED, String.valueOf(fenced.getMessage()));
            case EventFailedException event -> stopAt(event);
            case BatchFailedException batch -> nextBatch = Math.max(1, batch.events() / 2);
            default -> retryLater(failure);
        }
    }

    private void succeeded() {
        nextBatch = Math.min(settings.liveBatch(), nextBatch * 2);
        backOff = FIRST_BACK_OFF;
        if (state != RunState.RUNNING) {
            move(RunState.RUNNING, "");
        }
    }

    /** Folds what lies before the failing event first, so that the checkpoint ends right before it. */
    private void stopAt(EventFailedException failure) {
        long before = step.position().eventsTo(failure.position()) - 1;
        if (before > 0) {
            nextBatch = (int) Math.min(before, settings.liveBatch());
            return;
        }
        var text = "%s stopped at position %s: %s; fix the projection and resume, or rebuild it"
                .formatted(version, failure.position(), failure.getMessage());
        LOG.error(text, failure.getCause());
        recordFailure(failure.position(), text);
        move(RunState.STOPPED, text);
    }

    private void recordFailure(Position at, String text) {
        try {
            versions.recordFailure(version, at, text);
        } catch (RuntimeException e) {
            LOG.warn("{}: its failure could not be recorded ({})", version, e.getMessage());
        }
    }

    private void retryLater(RuntimeException failure) {
        var wait = backOff;
        backOff = backOff.multipliedBy(2).compareTo(settings.maxBackOff()) > 0
                ? settings.maxBackOff()
                : backOff.multipliedBy(2);
        if (!isClosing()) {
            move(RunState.RETRYING, "%s; trying again in %d ms".formatted(failure.getMessage(), wait.toMillis()));
            LOG.warn("{}: {}; trying again in {} ms", version, failure.getMessage(), wait.toMillis());
            LOG.debug("{}: what failed", version, failure);
        }
        awaitClosing(wait);
    }

    /** Every change of state goes through here. */
    private void move(RunState to, String why) {
        if (state != to) {
            LOG.info("{}: {} -> {}", version, state, to);
        }
        message = why;
        state = to;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void awaitClosing(Duration wait) {
        try {
            if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("{}: closing", version);
            }
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    /** Ends after the batch at hand and waits up to 30 seconds for it. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.projector.rows.ForeignWriteException;
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

    private final ProjectionVersion version;
    private final ProjectionStep step;
    private final DecodedLog log;
    private final Versions versions;
    private final ProjectorSettings settings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile RunState state = RunState.RUNNING;
    private volatile String message = "";
    private final BatchSize batch;
    private final BackOff backOff;

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
        this.batch = new BatchSize(settings.liveBatch());
        this.backOff = new BackOff(settings.maxBackOff());
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
                turn();
            } catch (InterruptedException e) {
                closing.countDown();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
        if (canMove()) {
            move(RunState.CLOSED, "");
        }
    }

    private void turn() throws InterruptedException {
        if (state == RunState.RETRYING) {
            step.recover();
        }
        var isMore = log.log().awaitAfter(step.position(), settings.idleLook());
        int folded = isMore ? step.step(batch.next()) : 0;
        succeeded();
        if (isMore && folded == 0) {
            step.awaitOthers(settings.idleLook());
        }
    }

    private boolean canMove() {
        return state == RunState.RUNNING || state == RunState.RETRYING;
    }

    private void failed(Throwable failure) {
        switch (failure) {
            case VersionFencedException fenced -> move(RunState.FENCED, String.valueOf(fenced.getMessage()));
            case EventFailedException event -> stopAt(event);
            case BatchFailedException several -> batch.halve(several);
            case ForeignWriteException foreign -> stop(step.position(), foreign);
            default -> retryLater(failure);
        }
    }

    private void succeeded() {
        batch.succeeded();
        backOff.reset();
        if (state != RunState.RUNNING) {
            move(RunState.RUNNING, "");
        }
    }

    /** Folds what lies before the failing event first, so that the checkpoint ends right before it. */
    private void stopAt(EventFailedException failure) {
        if (batch.isNext(failure, step.position())) {
            stop(failure.position(), failure);
        }
    }

    private void stop(Position at, RuntimeException failure) {
        var text = "%s stopped at position %s: %s; fix the projection and resume, or rebuild it"
                .formatted(version, at, failure.getMessage());
        LOG.error(text, failure.getCause());
        recordFailure(at, text);
        move(RunState.STOPPED, text);
    }

    private void recordFailure(Position at, String text) {
        try {
            versions.recordFailure(version, at, text);
        } catch (RuntimeException e) {
            LOG.warn("{}: its failure could not be recorded ({})", version, e.getMessage());
        }
    }

    private void retryLater(Throwable failure) {
        var wait = backOff.next();
        if (!isClosing()) {
            var text = "%s; trying again in %d ms".formatted(Reason.of(failure), wait.toMillis());
            move(RunState.RETRYING, text);
            LOG.warn("{}: {}", version, text);
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

    /** Ends after the batch at hand; does not wait for it. */
    void end() {
        closing.countDown();
    }

    /** Ends after the batch at hand and waits up to 30 seconds for it. */
    @Override
    public void close() {
        end();
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

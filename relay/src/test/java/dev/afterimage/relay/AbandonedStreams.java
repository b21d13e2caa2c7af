package dev.afterimage.relay;

import java.util.concurrent.CountDownLatch;

/** Sources of which the first ends when it is told to, whatever becomes of the connection below it. */
final class AbandonedStreams implements ChangeSource.Factory {

    private final ChangeSource.Factory sources;
    private final CountDownLatch abandoned = new CountDownLatch(1);
    private boolean isFirst = true;

    AbandonedStreams(ChangeSource.Factory sources) {
        this.sources = sources;
    }

    void abandon() {
        abandoned.countDown();
    }

    @Override
    public synchronized ChangeSource open(String slot) {
        var source = sources.open(slot);
        if (!isFirst) {
            return source;
        }
        isFirst = false;
        return new ChangeSource() {
            @Override
            public void stream(Receiver receiver) {
                Thread.ofPlatform().daemon().name("abandoned-stream").start(() -> source.stream(receiver));
                try {
                    abandoned.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                source.abort();
                throw new SourceFailedException(slot, "a test abandoned it", null);
            }

            @Override
            public void close() {
                source.close();
            }

            @Override
            public void abort() {
                source.abort();
            }
        };
    }
}

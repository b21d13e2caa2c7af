package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RelayState;
import dev.afterimage.eventlog.Difference;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.LogSources;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.Reconciled;
import dev.afterimage.eventlog.Reconciliation;
import dev.afterimage.eventlog.Skips;
import dev.afterimage.eventlog.SourceMark;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A log between whose steps of a repair a test stands: to fail as a crash would, or to let others commit. */
record DisturbedLog(EventLog log, Step beforeReconcile, Step beforeFinish) implements EventLog {

    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    private static void run(Step step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public LogPartition whole() {
        return log.whole();
    }

    @Override
    public LogSources sources() {
        return new Sources(log.sources());
    }

    @Override
    public Skips skips() {
        return log.skips();
    }

    @Override
    public void check() {
        log.check();
    }

    @Override
    public void close() {}

    private final class Sources implements LogSources {

        private final LogSources sources;

        Sources(LogSources sources) {
            this.sources = sources;
        }

        @Override
        public void register(String source, String bookmark) {
            sources.register(source, bookmark);
        }

        @Override
        public Optional<String> bookmark(String source) {
            return sources.bookmark(source);
        }

        @Override
        public Optional<EventId> lastEvent(String source) {
            return sources.lastEvent(source);
        }

        @Override
        public Optional<EventId> lastNotLeftOut(String source) {
            return sources.lastNotLeftOut(source);
        }

        @Override
        public OptionalLong reconciledAs(String source) {
            return sources.reconciledAs(source);
        }

        @Override
        public LogAppender claim(String source) {
            return sources.claim(source);
        }

        @Override
        public Reconciliation reconcile(String source, Consumer<String> notes) {
            DisturbedLog.run(beforeReconcile);
            return new Disturbed(sources.reconcile(source, notes), beforeFinish);
        }

        @Override
        public void report(String source, RelayState state, String message, String node) {
            sources.report(source, state, message, node);
        }
    }

    private record Disturbed(Reconciliation reconciliation, Step beforeFinish) implements Reconciliation {

        @Override
        public void known(Iterator<EventId> events) {
            reconciliation.known(events);
        }

        @Override
        public Difference missing() {
            return reconciliation.missing();
        }

        @Override
        public Difference phantoms() {
            return reconciliation.phantoms();
        }

        @Override
        public void forEachMissing(int atMost, Consumer<List<EventId>> work) {
            reconciliation.forEachMissing(atMost, work);
        }

        @Override
        public void add(Iterator<LogEntry> entries) {
            reconciliation.add(entries);
        }

        @Override
        public Reconciled finish(SourceMark mark, Phantoms decision) {
            DisturbedLog.run(beforeFinish);
            return reconciliation.finish(mark, decision);
        }

        @Override
        public void close() {
            reconciliation.close();
        }
    }
}

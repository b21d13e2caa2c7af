package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.LogSources;
import dev.afterimage.eventlog.Reconciliation;
import dev.afterimage.eventlog.Skips;
import dev.afterimage.eventlog.SourceMark;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A log on which the process dies at its n-th append. */
record CrashingLog(EventLog log, int fatalAppend) implements EventLog {

    @Override
    public List<LogPartition> partitions() {
        return log.partitions();
    }

    @Override
    public LogSources sources() {
        return new Sources(log.sources(), fatalAppend);
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

    private record Sources(LogSources sources, int fatalAppend) implements LogSources {

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
        public Reconciliation reconcile(String source) {
            return sources.reconcile(source);
        }

        @Override
        public void report(String source, String state, String message, String node) {
            sources.report(source, state, message, node);
        }

        @Override
        public LogAppender claim(String source) {
            return new Appender(sources.claim(source), fatalAppend, new AtomicInteger());
        }
    }

    private record Appender(LogAppender appender, int fatalAppend, AtomicInteger appends) implements LogAppender {

        @Override
        public long epoch() {
            return appender.epoch();
        }

        @Override
        public Position append(List<LogEntry> entries, SourceMark mark) {
            if (appends.incrementAndGet() == fatalAppend) {
                throw new IllegalStateException("crash at append " + fatalAppend);
            }
            return appender.append(entries, mark);
        }

        @Override
        public Set<EventId> alreadyAppended(Collection<EventId> events) {
            return appender.alreadyAppended(events);
        }
    }
}

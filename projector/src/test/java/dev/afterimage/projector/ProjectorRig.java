package dev.afterimage.projector;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CapturedAggregate;
import dev.afterimage.domain.EventCatalog;
import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.projector.step.DecodedLog;
import dev.afterimage.projector.step.ProjectionStep;
import dev.afterimage.readmodels.Freshness;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** An empty log, read models, and projections over them; closing it leaves nothing behind. */
final class ProjectorRig implements AutoCloseable {

    static final Duration SOON = Duration.ofMinutes(2);
    static final EventCatalog CATALOG = EventCatalog.of(AccountEvent.Account.class, StockEvent.Stock.class);
    static final ProjectorSettings SETTINGS = new ProjectorSettings(
            1_000, 1_000, 10_000, Duration.ofMillis(50), Duration.ofMillis(200), Bounds.defaults());

    private static final JacksonEventCodec CODEC = new JacksonEventCodec();
    private final CountingCodec counting = new CountingCodec(CODEC);

    /** What projections and read models use, and what a test may stand in the way of. */
    final TestDataSource dataSource;

    final PostgresEventLog log;
    final ReadModels readModels;

    /** Looks on connections of its own, which no test disturbs. */
    private final ReadModels onlooker;

    final EventDecoder decoder = new EventDecoder(CATALOG, counting);

    /** Plain SQL, as any tool would send it. */
    final DSLContext sql;

    private final TestDataSource plain;
    private LogAppender appender;
    private final Map<AggregateRef, Long> sequences = new HashMap<>();
    private final List<Projector> projectors = new ArrayList<>();

    ProjectorRig(FreshDatabase database) {
        this.plain = new TestDataSource(database.dataSource());
        this.dataSource = new TestDataSource(database.dataSource());
        PostgresEventLog.migrations().apply(plain);
        ReadModels.migrations().apply(plain);
        this.sql = DSL.using(plain, SQLDialect.POSTGRES);
        sql.execute(
                "TRUNCATE afterimage.event_log, afterimage.log_source, afterimage.log_correction, afterimage.projection, afterimage.projection_version CASCADE");
        sql.execute("UPDATE afterimage.log_head SET position = 0, generation = 0");
        sql.execute("DROP SCHEMA IF EXISTS app CASCADE");
        this.log = PostgresEventLog.open(plain);
        log.sources().register("test", "");
        this.appender = log.sources().claim("test");
        this.readModels = ReadModels.open(dataSource, log.whole());
        this.onlooker = ReadModels.open(plain, log.whole());
    }

    /** Appends events in one transaction and returns the position of the last one. */
    Position append(TestEvent... events) {
        return append(List.of(events));
    }

    Position append(List<? extends TestEvent> events) {
        return append(events.stream().map(ProjectorRig::recorded));
    }

    Position appendRecorded(RecordedEvent... events) {
        return append(Stream.of(events));
    }

    /** Events that the log does not have yet, each the next one of its aggregate. */
    List<RecordedEvent> recordedNext(TestEvent... events) {
        return Stream.of(events).map(ProjectorRig::recorded).map(this::numbered).toList();
    }

    /** Changes the log and goes on appending as a relay of another process, which knows nothing of before. */
    void claimAfter(Runnable change) {
        change.run();
        try (var elsewhere = PostgresEventLog.open(plain)) {
            appender = elsewhere.sources().claim("test");
        }
    }

    private Position append(Stream<RecordedEvent> events) {
        return appender.append(LogEntry.all(events.map(this::numbered).toList()), SourceMark.of(""));
    }

    /** The event as its aggregate's next one. */
    private RecordedEvent numbered(RecordedEvent event) {
        return new RecordedEvent(
                event.id(),
                event.aggregate(),
                sequences.merge(event.aggregate(), 1L, Long::sum),
                event.type(),
                event.payload(),
                event.metadata(),
                event.occurredAt());
    }

    static RecordedEvent recorded(TestEvent event) {
        var aggregate = Stream.of(AccountEvent.Account.class, StockEvent.Stock.class)
                .map(CapturedAggregate::of)
                .filter(captured -> captured.family().isInstance(event))
                .findFirst()
                .orElseThrow();
        return stored(aggregate.type(), event.id(), aggregate.typeOf(event).orElseThrow(), CODEC.encode(event));
    }

    /** An event as only a log can have it: of any name, with any payload. */
    static RecordedEvent stored(String aggregate, String id, EventType type, String payload) {
        return new RecordedEvent(
                EventId.next(),
                new AggregateRef(aggregate, id),
                1,
                type,
                payload,
                Metadata.of("by", "test"),
                Instant.parse("2026-03-04T05:06:07.890123Z"));
    }

    Projector start(Projection... projections) {
        return start(SETTINGS, projections);
    }

    /** Starts a projector that finds a version of each projection there, without events if it is the first one. */
    Projector start(ProjectorSettings settings, Projection... projections) {
        List.of(projections).forEach(this::firstVersion);
        return projector(settings, projections).start();
    }

    Projector start(EventDecoder other, Projection... projections) {
        List.of(projections).forEach(this::firstVersion);
        var projector = new Projector(log, readModels, other, List.of(projections), SETTINGS);
        projectors.add(projector);
        return projector.start();
    }

    private ProjectionVersion firstVersion(Projection projection) {
        return onlooker.versions().active(projection.name()).orElseGet(() -> {
            var version = onlooker.versions().openBuilding(projection.definition());
            onlooker.versions().finishBuilding(version);
            onlooker.versions().switchTo(version, held -> {});
            return active(projection.name());
        });
    }

    Projector projector(ProjectorSettings settings, Projection... projections) {
        var projector = new Projector(log, readModels, decoder, List.of(projections), settings);
        projectors.add(projector);
        return projector;
    }

    /** Steps of the active version, taken by the test itself. */
    ProjectionStep stepping(Projection projection) {
        return stepping(projection, SETTINGS.keptRows());
    }

    ProjectionStep stepping(Projection projection, int keptRows) {
        var version = firstVersion(projection);
        return ProjectionStep.open(
                new DecodedLog(log.whole(), decoder),
                readModels,
                projection.body(),
                readModels.checkpoints().claim(version),
                SETTINGS.bounds(),
                keptRows);
    }

    /** Steps of a version, taken by the test itself. */
    ProjectionStep stepping(ProjectionVersion version, Projection projection) {
        return ProjectionStep.open(
                new DecodedLog(log.whole(), decoder),
                readModels,
                projection.body(),
                readModels.checkpoints().claim(version),
                SETTINGS.bounds(),
                SETTINGS.keptRows());
    }

    /** Folds everything there is with steps of the test's own. */
    void fold(Projection projection) {
        var step = stepping(projection);
        toTheHead(step, SETTINGS.liveBatch());
    }

    static void toTheHead(ProjectionStep step, int batch) {
        int folded = batch;
        while (folded > 0) {
            folded = step.step(batch);
        }
    }

    /** Waits until a projection's active version shows everything the log has now. */
    void drain(Projector projector, String... projections) {
        var head = log.whole().head();
        for (var projection : projections) {
            Waiting.until(
                    () -> onlooker.versions()
                            .active(projection)
                            .filter(active -> onlooker.checkpoints().await(active, head, SOON)),
                    () -> "%s is not at %s: %s".formatted(projection, head, projector.status()));
        }
    }

    ProjectionVersion active(String projection) {
        return onlooker.versions().active(projection).orElseThrow();
    }

    long position(String projection) {
        return onlooker.checkpoints().position(active(projection)).value();
    }

    /** Waits until a version that a projector runs is in a state. */
    static ProjectionStatus awaitState(Projector projector, String projection, RunState state) {
        return Waiting.until(
                () -> projector.status().stream()
                        .filter(status -> status.version().projection().equals(projection))
                        .filter(status -> status.state() == state)
                        .findFirst(),
                () -> "%s is not %s: %s".formatted(projection, state, projector.status()));
    }

    /** Waits until everyone can read something of a read model, which is recorded a moment after it happened. */
    Freshness awaitFreshness(Table<?> table, Predicate<Freshness> condition) {
        return Waiting.until(
                () -> Optional.of(readModels.freshness(table)).filter(condition),
                () -> readModels.freshness(table).toString());
    }

    /** How many payloads were decoded so far. */
    long decodes() {
        return counting.decodes();
    }

    /** How many statements were sent so far, to log and read models together. */
    long statements() {
        return dataSource.statements() + plain.statements();
    }

    /** What a table or view has, one line a row, in the order of the rows' text. */
    List<String> rowsOf(String relation) {
        return sql.resultQuery("SELECT t::text FROM app.%s t ORDER BY t::text COLLATE \"C\"".formatted(relation))
                .fetchInto(String.class);
    }

    /** The rows of accounts and then those of owners, as {@link AccountsModel#rows} has them. */
    List<String> accounts() {
        return Stream.concat(rowsOf("account").stream(), rowsOf("owner").stream())
                .toList();
    }

    /** The log takes half a second to close, so nobody waits for it; the test class fails if it stays open. */
    @Override
    public void close() {
        projectors.forEach(Projector::close);
        Thread.ofVirtual().start(log::close);
        dataSource.close();
        plain.close();
    }
}

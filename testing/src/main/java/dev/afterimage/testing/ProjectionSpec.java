package dev.afterimage.testing;

import dev.afterimage.domain.EventCatalog;
import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.projector.Projection;
import dev.afterimage.projector.Projector;
import dev.afterimage.projector.ProjectorSettings;
import dev.afterimage.readmodels.ReadModels;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jooq.UniqueKey;
import org.jspecify.annotations.Nullable;

/**
 * A test of one projection on a real PostgreSQL: given events, then rows. Every {@code then} folds the events one by
 * one, folds them again in one batch by a rebuild, and requires both to come to the same rows before it looks at them.
 *
 * <p>Use one database for each spec, and close it.
 */
public final class ProjectionSpec implements AutoCloseable {

    private static final String SOURCE = "given";
    private static final Duration SOON = Duration.ofMinutes(2);

    private final String projection;
    private final GivenEvents events = new GivenEvents();
    private final PostgresEventLog log;
    private final ReadModels readModels;
    private final LogAppender appender;
    private final Projector projector;
    private @Nullable Position settled;

    private ProjectionSpec(Projection projection, EventCatalog catalog, DataSource database) {
        PostgresEventLog.migrations().apply(database);
        ReadModels.migrations().apply(database);
        this.projection = projection.name();
        this.log = PostgresEventLog.open(database);
        this.readModels = ReadModels.open(database, log.whole());
        log.sources().register(SOURCE, "");
        this.appender = log.sources().claim(SOURCE);
        this.projector = new Projector(
                log,
                readModels,
                new EventDecoder(catalog, new JacksonEventCodec()),
                List.of(projection),
                ProjectorSettings.defaults().withLiveBatch(1).withKeptRows(0));
        projector.start();
    }

    /** A spec on an empty database. */
    public static ProjectionSpec of(Projection projection, EventCatalog catalog, DataSource database) {
        return new ProjectionSpec(projection, catalog, database);
    }

    /** Appends events of one aggregate to the log, after those given before. */
    public ProjectionSpec given(Class<?> aggregate, String id, Object... happened) {
        appender.append(LogEntry.all(events.of(aggregate, id, happened)), SourceMark.of(""));
        return this;
    }

    /**
     * Requires a row and hands it to your assertions.
     *
     * @param key the value of the primary key, which has one column
     * @throws AssertionError if there is no such row
     */
    public <R extends TableRecord<R>> ProjectionSpec thenRow(Table<R> table, Object key, Consumer<R> assertions) {
        var row = find(table, key);
        if (row == null) {
            throw new AssertionError("%s has no row %s".formatted(table.getName(), key));
        }
        assertions.accept(row);
        return this;
    }

    /** @throws AssertionError if there is such a row */
    public <R extends TableRecord<R>> ProjectionSpec thenNoRow(Table<R> table, Object key) {
        if (find(table, key) != null) {
            throw new AssertionError("%s has a row %s".formatted(table.getName(), key));
        }
        return this;
    }

    /** @throws AssertionError if the table has another number of rows */
    public ProjectionSpec thenCount(Table<?> table, int expected) {
        settle();
        int actual = readModels.query().fetchCount(table);
        if (actual != expected) {
            throw new AssertionError("%s has %d rows, expected %d".formatted(table.getName(), actual, expected));
        }
        return this;
    }

    private <R extends TableRecord<R>> @Nullable R find(Table<R> table, Object key) {
        settle();
        return readModels
                .query()
                .selectFrom(table)
                .where(keyOf(table.getPrimaryKey(), table).equal(key))
                .fetchOne();
    }

    @SuppressWarnings("unchecked") // jOOQ converts the value to the column's type
    private static <R extends TableRecord<R>> Field<Object> keyOf(@Nullable UniqueKey<R> key, Table<R> table) {
        if (key == null || key.getFields().size() != 1) {
            throw new IllegalArgumentException("table %s has no primary key of one column".formatted(table.getName()));
        }
        return (Field<Object>) key.getFields().getFirst();
    }

    private void settle() {
        var head = log.whole().head();
        if (head.equals(settled)) {
            return;
        }
        try {
            requireFolded(head);
            var rebuilt = projector
                    .rebuild(projection)
                    .await(SOON)
                    .orElseThrow(() -> new AssertionError("the rebuild of %s did not end".formatted(projection)));
            var comparison = rebuilt.comparison();
            if (comparison.isEmpty() || !comparison.get().isEqual()) {
                throw new AssertionError(
                        "%s folded one by one and in one batch differ: %s".formatted(projection, comparison));
            }
            settled = head;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void requireFolded(Position head) {
        var active = readModels
                .versions()
                .active(projection)
                .orElseThrow(() ->
                        new AssertionError("%s has no version yet: %s".formatted(projection, projector.status())));
        if (!readModels.checkpoints().await(active, head, SOON)) {
            throw new AssertionError(
                    "%s did not fold all %s events: %s".formatted(projection, head, projector.status()));
        }
    }

    @Override
    public void close() {
        projector.close();
        log.close();
    }
}

package dev.afterimage.projector.rows;

import dev.afterimage.projector.RowKey;
import org.jooq.Record;
import org.jooq.TableRecord;
import org.jspecify.annotations.Nullable;

/** One row in memory: what the database has, and what the fold has made of it since. */
final class Row<R extends TableRecord<R>> {

    private final TableShape<R> shape;
    private final RowKey key;
    private R record;
    private boolean stored;
    private boolean deleted;
    private boolean replaced;
    private boolean stale;
    private boolean used;
    private long bytes;
    private @Nullable RowWatch watch;
    private @Nullable String @Nullable [] texts;

    private Row(TableShape<R> shape, RowKey key, R record, boolean stored) {
        this.shape = shape;
        this.key = key;
        this.record = record;
        this.stored = stored;
    }

    static <R extends TableRecord<R>> Row<R> absent(TableShape<R> shape, RowKey key) {
        return new Row<>(shape, key, shape.newRow(key), false);
    }

    static <R extends TableRecord<R>> Row<R> stored(TableShape<R> shape, RowKey key, R record) {
        return new Row<>(shape, key, shape.settled(record), true);
    }

    RowKey key() {
        return key;
    }

    R record() {
        return record;
    }

    /** The row as handlers may change it; one with defaults if there is none yet. */
    R live() {
        if (deleted) {
            record = shape.newRow(key);
            replaced = stored;
            deleted = false;
            watch = shape.watch(record, true);
        }
        return record;
    }

    /** Starts to watch what handlers do; returns whether it is the first time in this batch. */
    boolean use() {
        if (used) {
            return false;
        }
        used = true;
        watch = shape.watch(record, !stored);
        return true;
    }

    /** Lets a handler change the row; null deletes it. */
    void change(RowChange<R> handler) {
        R before = live();
        R after = handler.of(before);
        if (after == null) {
            deleted = true;
        } else if (after != before) {
            throw new IllegalStateException(
                    "the handler returned another row than the one it was given for %s: change that one and return it"
                            .formatted(this));
        }
        settle();
    }

    /** Gives what handlers have set the form in which the database will give it back, as far as we know it. */
    void settle() {
        if (!deleted && (record.touched() || shape.hasMutable())) {
            look();
            requireOwnKey();
        }
    }

    private void look() {
        if (watch != null) {
            try {
                watch.look();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("%s, %s".formatted(this, e.getMessage()), e);
            }
        }
    }

    private void requireOwnKey() {
        for (var column : shape.key()) {
            if (record.modified(column.index()) && !shape.keyOf(record).equals(key)) {
                throw new IllegalStateException(
                        "a handler changed the key of %s: delete that row and make another one".formatted(this));
            }
        }
    }

    /** Refuses a row without a value that the table requires; for the end of an event. */
    void requireValues() {
        if (isPresent() && record.touched()) {
            for (var column : shape.required()) {
                if (record.get(column.index()) == null) {
                    throw new IllegalStateException(
                            "%s has no value in column %s, which is NOT NULL".formatted(this, column));
                }
            }
        }
    }

    /** Whether only the database knows what the row looks like now. */
    boolean isOpen() {
        return !deleted && watch != null && watch.isOpen();
    }

    /** Takes over what the database made of an open row. */
    void answer(Record settled) {
        if (watch != null) {
            watch.answer(settled, this::text);
        }
    }

    /** Whether what is in memory is not what a load would give. */
    boolean isStale() {
        return stale;
    }

    /** Whether a reader would find the row now. A row comes into being when a handler sets a column. */
    boolean isPresent() {
        return !deleted && ((stored && !replaced) || record.touched());
    }

    boolean needsInsert() {
        return isPresent() && (!stored || replaced);
    }

    boolean needsUpdate() {
        return stored && !replaced && isPresent() && (record.modified() || (watch != null && watch.isChanged()));
    }

    boolean needsDelete() {
        return stored && (replaced || !isPresent());
    }

    boolean changes(Column column) {
        return record.modified(column.index()) || (watch != null && watch.isChanged(column));
    }

    /** A value as PostgreSQL reads it. */
    @Nullable
    String text(Column column) {
        var sent = watch == null ? null : watch.sent(column);
        if (sent != null) {
            return sent;
        }
        if (column.isTextKnown()) {
            return column.text(column.driverValue(record.get(column.index())));
        }
        return texts == null ? null : texts[column.index()];
    }

    /** @param fromDatabase by index of the column, of those of which only the database knows the text */
    void texts(@Nullable String[] fromDatabase) {
        texts = fromDatabase;
    }

    /** What is in memory is now in the database. */
    void written() {
        stale = isPresent() && isOpen();
        stored = isPresent();
        replaced = false;
        used = false;
        watch = null;
        texts = null;
        record.touched(false);
    }

    /** Measures the row; returns how many bytes it has grown. */
    long grown() {
        long before = bytes;
        bytes = shape.bytes(record);
        return bytes - before;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "%s (%s)".formatted(shape.table().getName(), key);
    }
}

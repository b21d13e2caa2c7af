package dev.afterimage.projector.rows;

import org.jooq.TableRecord;

/** One row in memory: what the database has, and what the fold has made of it since. */
final class Row<R extends TableRecord<R>> {

    private final TableShape<R> shape;
    private final RowKey key;
    private R record;
    private boolean stored;
    private boolean deleted;
    private boolean replaced;

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

    /** The row as handlers may change it; one with defaults if there is none yet. */
    R live() {
        if (deleted) {
            record = shape.newRow(key);
            replaced = stored;
            deleted = false;
        }
        return record;
    }

    /** Lets a handler change the row; null deletes it. */
    void change(RowChange<R> handler) {
        R before = live();
        R after = handler.of(before);
        if (after == null) {
            deleted = true;
        } else if (after != before) {
            throw new IllegalStateException(
                    "the handler returned another row than the one it was given for %s (%s): change that one and return it"
                            .formatted(shape.table().getName(), key));
        }
        settle();
    }

    /** Gives what handlers have set the form in which the database will give it back. */
    void settle() {
        if (!deleted && record.touched()) {
            for (var column : shape.settling()) {
                if (record.touched(column.index())) {
                    column.settle(record);
                }
            }
            requireOwnKey();
        }
    }

    private void requireOwnKey() {
        for (var column : shape.key()) {
            if (record.modified(column.index()) && !shape.keyOf(record).equals(key)) {
                throw new IllegalStateException(
                        "a handler changed the key of %s (%s): delete that row and make another one"
                                .formatted(shape.table().getName(), key));
            }
        }
    }

    /** Whether a reader would find the row now. A row comes into being when a handler sets a column. */
    boolean isPresent() {
        return !deleted && ((stored && !replaced) || record.touched());
    }

    boolean needsInsert() {
        return !stored && isPresent();
    }

    boolean needsUpdate() {
        return stored && isPresent() && (replaced || record.modified());
    }

    boolean needsDelete() {
        return stored && !isPresent();
    }

    boolean changes(TableShape.Column column) {
        return replaced || record.modified(column.index());
    }

    R record() {
        return record;
    }

    /** What is in memory is now in the database. */
    void written() {
        stored = isPresent();
        replaced = false;
        record.touched(false);
    }
}

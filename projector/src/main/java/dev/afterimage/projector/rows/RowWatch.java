package dev.afterimage.projector.rows;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * Watches one row while a batch is folded: gives what handlers set the form in which the database will give it back,
 * finds what they changed in place, and knows what only the database can tell.
 */
final class RowWatch {

    private final List<Column> columns;
    private final boolean hasComputed;
    private final Record record;

    /** The user's values that were last looked at, in the order of the columns. */
    private final @Nullable Object[] seen;

    /** What the driver would have got, of values that can change in place. */
    private final @Nullable Object[] copies;

    /** What was sent to the database, of values that it gave back in another form. */
    private final @Nullable String[] sent;

    /** Indexes of columns that differ from what the database has, where jOOQ cannot tell. */
    private final BitSet changed = new BitSet();

    /** Indexes of columns of which only the database knows the stored form. */
    private final BitSet open = new BitSet();

    private boolean isNew;
    private boolean isOpen;
    private boolean isAnswered;

    /**
     * @param hasComputed whether PostgreSQL computes a column from others
     * @param isNew whether the database does not have the row
     */
    RowWatch(List<Column> columns, boolean hasComputed, Record record, boolean isNew) {
        this.columns = columns;
        this.hasComputed = hasComputed;
        this.record = record;
        this.isNew = isNew;
        this.seen = new Object[columns.size()];
        this.copies = new Object[columns.size()];
        this.sent = new String[columns.size()];
        for (int i = 0; i < seen.length; i++) {
            remember(i);
        }
    }

    private void remember(int i) {
        var column = columns.get(i);
        seen[i] = record.get(column.index());
        if (column.isMutable()) {
            copies[i] = Immutable.copy(column.driverValue(seen[i]));
        }
    }

    /** Whether only the database knows what the row looks like now. */
    boolean isOpen() {
        return isOpen;
    }

    boolean isChanged(Column column) {
        return changed.get(column.index());
    }

    boolean isChanged() {
        return !changed.isEmpty();
    }

    /**
     * Looks at what handlers have done since the last time.
     *
     * @throws IllegalArgumentException if a column cannot hold its value
     */
    void look() {
        for (int i = 0; i < seen.length; i++) {
            var column = columns.get(i);
            var value = record.get(column.index());
            if (value != seen[i] || (column.isMutable() && isChangedInPlace(i, column, value))) {
                settle(i, column, column.driverValue(value));
                remember(i);
            }
        }
        isOpen = isOpen || (isNew && hasComputed && record.touched());
    }

    private boolean isChangedInPlace(int i, Column column, @Nullable Object value) {
        return (column.isOpaque() && record.touched(column.index()))
                || !column.isSame(column.driverValue(value), copies[i]);
    }

    private void settle(int i, Column column, @Nullable Object value) {
        var form = value == null ? null : column.form().of(value);
        boolean isKnown = form != StoredForm.UNKNOWN && !(value == null && column.isAsked());
        var stored = isKnown ? form : value;
        if (isKnown && stored != null) {
            column.requireFits(stored);
        }
        if (!column.isOpaque() && column.isSame(stored, before(i, column))) {
            restore(i, column);
        } else {
            replace(column, value, stored);
            sent[i] = null;
            open.set(column.index(), !isKnown);
            changed.set(column.index(), changed.get(column.index()) || !isKnown);
            isOpen = isOpen || !isKnown || hasComputed;
        }
    }

    private @Nullable Object before(int i, Column column) {
        return column.isMutable() ? copies[i] : column.driverValue(seen[i]);
    }

    /** Nothing has changed for the database, and a handler must not see otherwise. */
    private void restore(int i, Column column) {
        if (column.isMutable()) {
            column.set(record, Immutable.copy(copies[i]));
        } else {
            column.setUserValue(record, seen[i]);
        }
    }

    private void replace(Column column, @Nullable Object value, @Nullable Object stored) {
        if (!column.isComparedByJooq()) {
            changed.set(column.index());
            column.set(record, Immutable.copy(stored));
        } else if (stored != value && !Objects.equals(stored, value)) {
            column.set(record, stored);
        }
    }

    /** The text of a value that the database gave back in another form, which may not mean the same any more. */
    @Nullable
    String sent(Column column) {
        int i = isAnswered ? columns.indexOf(column) : -1;
        return i < 0 ? null : sent[i];
    }

    /**
     * Takes over what the database made of the row.
     *
     * @param text what was sent of a column
     */
    void answer(Record settled, Function<Column, @Nullable String> text) {
        for (int i = 0; i < seen.length; i++) {
            var column = columns.get(i);
            if (open.get(column.index()) || column.isComputed()) {
                sent[i] = column.isComputed() ? null : text.apply(column);
                column.set(record, column.loadedForm(column.driverValue(settled.get(column.index()))));
                remember(i);
            }
        }
        open.clear();
        isOpen = false;
        isAnswered = true;
        isNew = false;
    }
}

package dev.afterimage.projector.rows;

import java.util.Set;

/**
 * The type of a column as the catalog has it, without the domains around it.
 *
 * @param name of PostgreSQL's own type, of an array's elements; empty if it is another one
 * @param castTo the type without length or precision: a cast must not cut what an insert would refuse
 * @param sql the type with length and precision
 * @param typmod length or precision as the catalog keeps it; -1 if there is none
 * @param labels of an enum
 * @param isChecked whether a domain has a CHECK
 */
record ColumnType(
        String name, boolean isArray, String castTo, String sql, int typmod, Set<String> labels, boolean isChecked) {

    private static final int HEADER = 4;
    private static final int SCALE_BITS = 0x7ff;
    private static final int SCALE_SIGN = 0x400;

    ColumnType {
        labels = Set.copyOf(labels);
    }

    /**
     * @see <a href="https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/adt/numeric.c">numeric.c</a>
     */
    int precision() {
        return (typmod - HEADER) >> Short.SIZE & 0xffff;
    }

    int scale() {
        return ((typmod - HEADER & SCALE_BITS) ^ SCALE_SIGN) - SCALE_SIGN;
    }
}

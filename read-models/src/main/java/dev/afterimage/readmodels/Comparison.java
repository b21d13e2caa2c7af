package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.util.List;

/**
 * Two versions of a projection at the same position.
 *
 * @param at the position both had
 */
public record Comparison(ProjectionVersion active, ProjectionVersion other, Position at, List<TableComparison> tables) {

    /**
     * One table of both versions.
     *
     * @param equal whether both have the same rows, in any order
     */
    public record TableComparison(String table, long activeRows, long otherRows, boolean equal) {}

    public Comparison {
        tables = List.copyOf(tables);
    }

    public boolean isEqual() {
        return tables.stream().allMatch(TableComparison::equal);
    }
}

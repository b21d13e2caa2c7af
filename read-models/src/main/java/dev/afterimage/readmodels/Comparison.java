package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.util.List;
import java.util.stream.Collectors;

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

    /** For people: whether they are equal, and which tables are not. */
    public String describe() {
        if (isEqual()) {
            return "equal to v%d at position %s".formatted(active.number(), at);
        }
        var differences = tables.stream()
                .filter(table -> !table.equal())
                .map(table -> "%s had %d rows there and has %d, not all the same"
                        .formatted(table.table(), table.activeRows(), table.otherRows()))
                .collect(Collectors.joining("; "));
        return "differs from v%d at position %s: %s".formatted(active.number(), at, differences);
    }

    public boolean isEqual() {
        return tables.stream().allMatch(TableComparison::equal);
    }
}

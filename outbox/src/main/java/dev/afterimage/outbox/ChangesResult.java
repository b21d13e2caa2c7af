package dev.afterimage.outbox;

import java.util.List;

/** What became of changes that expected sequences. */
public sealed interface ChangesResult permits AppendedChanges, ChangesResult.Conflicts {

    /**
     * Other writers were first; nothing of the changes was recorded. The caller's transaction is intact, and holds the
     * locks of the aggregates until it ends.
     *
     * @param conflicts those aggregates that are not where they were expected; at least one
     */
    record Conflicts(List<AppendResult.Conflict> conflicts) implements ChangesResult {

        public Conflicts {
            conflicts = List.copyOf(conflicts);
        }
    }
}

package dev.afterimage.projector;

import dev.afterimage.readmodels.VersionView;
import java.util.List;

/** What a node should do for a projection. */
sealed interface Role {

    /** Nothing: the tables that are there are not those that this code declares. */
    record Refused(String why) implements Role {}

    /**
     * Make a new version, which nobody does yet.
     *
     * @param versions to run meanwhile
     */
    record Build(String why, List<VersionView> versions) implements Role {}

    /** Run versions of its revision that no other node runs. */
    record Run(List<VersionView> versions) implements Role {}

    /** Nothing now. */
    record StandBy(String why) implements Role {}

    /** The versions to run, whatever else there is to do. */
    default List<VersionView> toRun() {
        return switch (this) {
            case Build build -> build.versions();
            case Run run -> run.versions();
            case Refused refused -> List.of();
            case StandBy standBy -> List.of();
        };
    }
}

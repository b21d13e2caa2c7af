package dev.afterimage.projector;

import dev.afterimage.projector.step.DecodedLog;
import dev.afterimage.readmodels.Leases;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.Versions;

/**
 * What runs and rebuilds of one node share.
 *
 * @param node its name in the database
 * @param live reads the log's end for live versions
 * @param past reads the log from its beginning for rebuilds, so that they do not push out what live versions need
 * @param changed to be called when a state changed
 */
record Workplace(
        String node,
        DecodedLog live,
        DecodedLog past,
        ReadModels readModels,
        ProjectorSettings settings,
        Recorder recorder,
        Fitness fitness,
        Runnable changed) {

    Versions versions() {
        return readModels.versions();
    }

    Leases leases() {
        return readModels.leases();
    }
}

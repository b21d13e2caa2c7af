package dev.afterimage.projector;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.Cause;
import dev.afterimage.readmodels.ReadModels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this code may run on the tables that are there: looked at until that was seen once. */
final class Fitness {

    private static final Logger LOG = LoggerFactory.getLogger(Fitness.class);

    private final EventLog log;
    private final ReadModels readModels;
    private volatile boolean seen;

    Fitness(EventLog log, ReadModels readModels) {
        this.log = log;
        this.readModels = readModels;
    }

    /** @throws dev.afterimage.postgres.MigrationException if tables are missing, or too old or too new for this code */
    void require() {
        if (!seen) {
            readModels.requireFit();
            requireFitLog();
            seen = true;
        }
    }

    /** What is damaged is reported by the versions that read it. */
    private void requireFitLog() {
        try {
            log.check();
        } catch (LogDamagedException e) {
            LOG.warn("{}", Cause.describe(e));
        }
    }
}

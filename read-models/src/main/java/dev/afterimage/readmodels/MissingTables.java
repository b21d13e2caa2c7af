package dev.afterimage.readmodels;

import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/** Says what to do when a read model is queried that no projector has made yet. */
final class MissingTables implements ExecuteListener {

    private static final long serialVersionUID = 1L;
    private static final String UNDEFINED_TABLE = "42P01";

    @Override
    public void exception(ExecuteContext context) {
        var failure = context.sqlException();
        if (failure != null && UNDEFINED_TABLE.equals(failure.getSQLState())) {
            context.exception(new ReadModelException(
                    failure.getMessage()
                            + "; if it is a read model, start a projector with its projection once: it is seen when its first version has caught up with the log",
                    failure));
        }
    }
}

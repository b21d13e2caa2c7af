package dev.afterimage.cli.demo;

import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.examples.northwind.answers.Check;

/** The last page of the demo: whether the answers are right, and what to try next. */
final class DemoEnding {

    private final Screen screen;
    private final DatabaseOptions database;
    private final String slot;

    DemoEnding(Screen screen, DatabaseOptions database, String slot) {
        this.screen = screen;
        this.database = database;
        this.slot = slot;
    }

    void show(DemoOutcome outcome) {
        screen.heading("The answers of the read models, against the data's own");
        outcome.checks().forEach(this::show);
        if (outcome.rebuildEqualsLive()) {
            screen.good("every rebuilt read model equals the live one");
        } else {
            screen.bad("a rebuilt read model differs from the live one");
        }
        screen.note("%s events in %s".formatted(Figures.count(outcome.events()), Figures.duration(outcome.took())));
        next();
    }

    private void show(Check check) {
        if (check.holds()) {
            screen.good("%s: %s".formatted(check.question(), check.answer()));
        } else {
            screen.bad("%s: %s, and the data says %s".formatted(check.question(), check.answer(), check.known()));
        }
    }

    private void next() {
        screen.heading("What to try next");
        var kept = database.kept();
        if (kept != null) {
            screen.line("./afterimage run --keep '%s'       its PostgreSQL, relay and projections, until ctrl-c"
                    .formatted(kept));
            screen.line(
                    "./afterimage status --keep '%s'    how they do, in another terminal meanwhile".formatted(kept));
        } else if (database.isOwn()) {
            screen.line("select * from read_model.order_summary order by net desc limit 5;");
            screen.line("./afterimage run --jdbc-url …      relay and projections, until ctrl-c");
            screen.note(("The slot %s keeps WAL on your server until a relay reads it; "
                            + "when you are done: select pg_drop_replication_slot('%s');")
                    .formatted(slot, slot));
        } else {
            screen.line("./afterimage demo --keep ./data    keep the database and look into it");
            screen.line("./afterimage demo --scale 50       fifty times the orders");
        }
        screen.line("README.md                          what a service writes, what is promised, how it works");
    }
}

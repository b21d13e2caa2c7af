package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jooq.impl.DSL;

/** Counts events by kind: a second projection over the same events, as rows and as statements. */
final class Tallies {

    private Tallies() {}

    static Projection projection() {
        return projection(AccountEvent.class, event -> {});
    }

    /** Counts only some events, and lets a test stand in the way of each. */
    static <E extends AccountEvent> Projection projection(Class<E> events, Consumer<E> before) {
        return Projection.of("tallies", 1)
                .rows(TALLY)
                .on(events, Tallies::kind, (row, event, context) -> {
                    before.accept(event);
                    return row.with(TALLY.times, row.get(TALLY.times) + 1)
                            .with(TALLY.last, context.position().value());
                })
                .build();
    }

    static Projection statements(int revision) {
        return Projection.of("tallies", revision)
                .statements(TALLY)
                .together(
                        AccountEvent.class,
                        (sql, event, logged) -> sql.insertInto(TALLY)
                                .set(TALLY.kind, kind(event))
                                .set(TALLY.times, 1L)
                                .set(TALLY.last, logged.position().value())
                                .onConflict(TALLY.kind)
                                .doUpdate()
                                .set(TALLY.times, TALLY.times.plus(1))
                                .set(TALLY.last, logged.position().value())
                                .execute())
                .build();
    }

    /** A row for each account, which it can have once; the value is part of the statement's text. */
    static Projection insertingAccounts(boolean together) {
        StatementHandler<AccountEvent> handler = (sql, event, logged) -> sql.insertInto(TALLY)
                .set(TALLY.kind, DSL.inline(event.account()))
                .set(TALLY.times, 1L)
                .execute();
        var declaration = Projection.of("tallies", 1).statements(TALLY);
        return (together
                        ? declaration.together(AccountEvent.class, handler)
                        : declaration.on(AccountEvent.class, handler))
                .build();
    }

    static String kind(AccountEvent event) {
        return event.getClass().getSimpleName();
    }

    /** What the table must have after these events, the first of them at position 1. */
    static List<String> after(List<? extends AccountEvent> events) {
        var times = new TreeMap<>(events.stream().collect(Collectors.groupingBy(Tallies::kind, Collectors.counting())));
        return times.entrySet().stream()
                .map(entry -> "(%s,%d,%d)".formatted(entry.getKey(), entry.getValue(), last(events, entry.getKey())))
                .toList();
    }

    private static int last(List<? extends AccountEvent> events, String kind) {
        int last = 0;
        for (int i = 0; i < events.size(); i++) {
            last = kind(events.get(i)).equals(kind) ? i + 1 : last;
        }
        return last;
    }
}

package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.EventCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;

/** The changes of one append as rows, and by how much each aggregate's head moves. */
record ChangesRows(List<Head> heads, List<Event> events) {

    /** An aggregate, how many events it gets, and where it is expected before them. */
    record Head(AggregateRef aggregate, int events, OptionalLong expected) {}

    /**
     * A row and its place in its aggregate.
     *
     * @param head index of its aggregate among the heads, from 1
     * @param number which of its aggregate's new events it is, from 1
     */
    record Event(AggregateRef aggregate, int head, int number, OutboxRows.Row row) {}

    static ChangesRows of(Changes changes, EventCodec codec) {
        var heads = new LinkedHashMap<AggregateRef, Head>();
        var places = new LinkedHashMap<AggregateRef, Integer>();
        var events = new ArrayList<Event>();
        for (var change : changes.inOrder()) {
            var rows = OutboxRows.of(change.aggregate(), change.id(), codec);
            var aggregate = rows.aggregate();
            places.putIfAbsent(aggregate, places.size() + 1);
            var before = heads.getOrDefault(aggregate, new Head(aggregate, 0, OptionalLong.empty()));
            int number = before.events();
            for (var row : rows.of(change.events())) {
                events.add(new Event(aggregate, places.get(aggregate), ++number, row));
            }
            heads.put(aggregate, new Head(aggregate, number, expected(before, change.expected())));
        }
        if (events.isEmpty()) {
            throw new IllegalArgumentException("the changes have no events: name at least one aggregate");
        }
        return new ChangesRows(List.copyOf(heads.values()), List.copyOf(events));
    }

    private static OptionalLong expected(Head head, OptionalLong also) {
        if (head.expected().isPresent() && also.isPresent() && !head.expected().equals(also)) {
            throw new OutboxException(
                    head.aggregate(),
                    "the changes expect it at %d and at %d: it has one sequence before them"
                            .formatted(head.expected().getAsLong(), also.getAsLong()));
        }
        return also.isPresent() ? also : head.expected();
    }

    AggregateRef first() {
        return heads.getFirst().aggregate();
    }

    boolean expectsNothing() {
        return heads.stream().allMatch(head -> head.expected().isEmpty());
    }

    /** @param befores the heads' sequences before these events, in their order */
    AppendedChanges appended(List<Long> befores) {
        var tokens = new CommitToken[heads.size()];
        events.forEach(
                event -> tokens[event.head() - 1] = new CommitToken(event.row().id()));
        var aggregates = new ArrayList<Appended>();
        for (int i = 0; i < heads.size(); i++) {
            var head = heads.get(i);
            long before = befores.get(i);
            aggregates.add(new Appended(head.aggregate(), before + 1, before + head.events(), tokens[i]));
        }
        return new AppendedChanges(
                aggregates, new CommitToken(events.getLast().row().id()));
    }

    /** @param befores the heads' sequences, in their order */
    ChangesResult.Conflicts conflicts(List<Long> befores) {
        var conflicts = new ArrayList<AppendResult.Conflict>();
        for (int i = 0; i < heads.size(); i++) {
            var head = heads.get(i);
            long actual = befores.get(i);
            head.expected().stream()
                    .filter(expected -> expected != actual)
                    .mapToObj(expected -> new AppendResult.Conflict(head.aggregate(), expected, actual))
                    .forEach(conflicts::add);
        }
        return new ChangesResult.Conflicts(conflicts);
    }
}

package dev.afterimage.relay;

import dev.afterimage.eventlog.Difference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a comparison of the outbox with the log came to.
 *
 * @param isComplete whether a canary that was sent after the outbox was read has passed through the log; otherwise the
 *     relay does not run or is far behind
 * @param completeUpTo the source's clock when the last canary that has passed was sent
 * @param compared how many events the outbox had
 * @param missing what the outbox has and the log lacks for sure; without a complete comparison only what its writers
 *     recorded before {@code completeUpTo}
 * @param undecided what the log lacks and may still get
 * @param phantoms what the log has of this source and the outbox lacks
 * @param outOfSequence events of any source that do not follow the one before them in their aggregate: there twice, or
 *     in the wrong order; the order of commits across aggregates is not in the outbox and cannot be compared
 */
public record VerifyReport(
        String slot,
        boolean isComplete,
        Optional<Instant> completeUpTo,
        long compared,
        Difference missing,
        long undecided,
        Difference phantoms,
        Difference outOfSequence) {

    /** Whether it is known of every event of the outbox whether the log has it or lacks it for good. */
    public boolean isDecided() {
        return isComplete || undecided == 0;
    }

    /** Whether nothing is known to be wrong. */
    public boolean isSound() {
        return missing.isNone() && phantoms.isNone() && outOfSequence.isNone();
    }

    /** One line for each thing that there is to say, with what to do about it. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("slot %s: %,d events of the outbox compared with the log, by their ids".formatted(slot, compared));
        if (!isDecided()) {
            lines.add(
                    "no canary has passed through the log meanwhile, the last one was sent at %s: the relay does not run or is behind, so lag cannot be told from loss for %,d events that are newer"
                            .formatted(completeUpTo.map(Instant::toString).orElse("an unknown time"), undecided));
        }
        if (!isComplete && isDecided() && missing.isNone()) {
            lines.add("the relay does not run or is behind; the log has every event of the outbox all the same");
        }
        describe(lines, "missing from the log", missing, "run ./afterimage repair");
        describe(
                lines,
                "in the log and not in the outbox",
                phantoms,
                "the outbox was emptied or its database restored back in time: run ./afterimage repair --phantoms keep or ./afterimage repair --phantoms remove");
        describe(
                lines,
                "twice or out of their aggregate's order",
                outOfSequence,
                "see the relay's refusal, ./afterimage status");
        if (isSound() && isDecided()) {
            lines.add("nothing is missing, nothing is twice, every aggregate is in order; payloads were not compared");
        }
        return List.copyOf(lines);
    }

    private static void describe(List<String> lines, String what, Difference difference, String remedy) {
        if (!difference.isNone()) {
            lines.add("%,d events are %s: %s%s; %s"
                    .formatted(
                            difference.events(),
                            what,
                            String.join(", ", difference.examples()),
                            difference.events() > difference.examples().size() ? ", …" : "",
                            remedy));
        }
    }
}

package dev.afterimage.relay;

import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the relay is doing, told by its threads and read by anyone. */
final class RelayProgress {

    private record Sent(String token, long nanos) {}

    private final Deque<Sent> canaries = new ArrayDeque<>();
    private RelayState state = RelayState.NEW;
    private String message = "";
    private @Nullable Refusal refusal;
    private Position lastPosition = Position.ZERO;
    private long events;
    private long canary;
    private Duration lastLag = Duration.ZERO;
    private SlotHealth slot = SlotHealth.UNKNOWN;

    /** Every change of state goes through here. */
    synchronized void move(RelayState to, String why) {
        state = to;
        message = why;
        refusal = null;
        if (to != RelayState.STREAMING) {
            slot = SlotHealth.UNKNOWN;
            canaries.clear();
        }
        notifyAll();
    }

    synchronized void refuse(Readiness.Refused refused) {
        move(RelayState.REFUSED, refused.message());
        refusal = refused.reason();
    }

    synchronized void connectedAt(Position head) {
        lastPosition = head;
    }

    synchronized void delivered(AppendOnce.Delivered delivered) {
        lastPosition = delivered.head();
        events += delivered.events();
        for (var change : delivered.changes()) {
            if (change instanceof Change.Canary seen) {
                canarySeen(seen.token());
            }
        }
        notifyAll();
    }

    synchronized String canarySent() {
        var token = Long.toString(++canary);
        canaries.addLast(new Sent(token, System.nanoTime()));
        return token;
    }

    private void canarySeen(String token) {
        if (canaries.stream().noneMatch(sent -> sent.token().equals(token))) {
            return;
        }
        while (!canaries.isEmpty()) {
            var sent = canaries.removeFirst();
            if (sent.token().equals(token)) {
                lastLag = since(sent);
                return;
            }
        }
    }

    synchronized void sawSlot(SlotHealth health) {
        slot = health;
    }

    synchronized RelayStatus status() {
        return new RelayStatus(state, message, Optional.ofNullable(refusal), lastPosition, events, lag(), slot);
    }

    /** A canary on its way for longer than the last one took says more than the last one. */
    private Duration lag() {
        var oldest = canaries.peekFirst();
        if (oldest == null) {
            return lastLag;
        }
        var waiting = since(oldest);
        return waiting.compareTo(lastLag) > 0 ? waiting : lastLag;
    }

    private static Duration since(Sent sent) {
        return Duration.ofNanos(System.nanoTime() - sent.nanos());
    }

    /** Waits until the state is {@code wanted}; false after the time-out. */
    synchronized boolean await(RelayState wanted, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (state != wanted) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}

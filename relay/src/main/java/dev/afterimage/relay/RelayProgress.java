package dev.afterimage.relay;

import dev.afterimage.domain.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the relay is doing, told by its threads and read by anyone. */
final class RelayProgress {

    private record Sent(String token, long nanos) {}

    private static final int MAX_UNDER_WAY = 1_000;

    private final Deque<Sent> canaries = new ArrayDeque<>();
    private RelayState state = RelayState.NEW;
    private String message = "";
    private @Nullable Refusal refusal;
    private Position lastPosition = Position.ZERO;
    private long events;
    private long canary;
    private Duration lastLag = Duration.ZERO;
    private Sent lastSeen = new Sent("", System.nanoTime());
    private boolean isBehind = true;
    private Instant since = Instant.now();
    private SlotHealth slot = SlotHealth.UNKNOWN;

    /** Every change of state goes through here. */
    synchronized void move(RelayState to, String why) {
        since = to == state && why.equals(message) ? since : Instant.now();
        state = to;
        message = why;
        refusal = null;
        if (to != RelayState.STREAMING) {
            slot = SlotHealth.UNKNOWN;
            canaries.clear();
            isBehind = true;
        }
        notifyAll();
    }

    /** As {@link #move}, unless the relay shows a state that lasts while it looks again. */
    synchronized void look() {
        if (state != RelayState.STANDBY && state != RelayState.REFUSED) {
            move(RelayState.CHECKING, "");
        }
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
        if (canaries.size() < MAX_UNDER_WAY) {
            canaries.addLast(new Sent(token, System.nanoTime()));
        }
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
                lastSeen = sent;
                isBehind = false;
                return;
            }
        }
    }

    synchronized void sawSlot(SlotHealth health) {
        slot = health;
    }

    synchronized RelayStatus status() {
        return new RelayStatus(state, message, since, Optional.ofNullable(refusal), lastPosition, events, lag(), slot);
    }

    /**
     * A canary on its way for longer than the last one took says more than the last one. Without a connection, or until
     * the first canary has come back over it, everything since the last one may be missing.
     */
    private Duration lag() {
        if (state == RelayState.NEW || state == RelayState.STANDBY) {
            return Duration.ZERO;
        }
        if (isBehind) {
            return since(lastSeen);
        }
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

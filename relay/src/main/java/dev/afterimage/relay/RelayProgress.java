package dev.afterimage.relay;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the relay is doing, reported by its threads and read by anyone. That it streams must be confirmed again and
 * again: a process that was frozen may have lost the slot to another relay meanwhile.
 */
final class RelayProgress {

    private record Sent(String token, long nanos) {}

    /** From so many connections on that brought nothing new, another one is no sign that all is well. */
    static final int MANY_FAILURES = 3;

    private static final int MAX_UNDER_WAY = 1_000;
    private static final String UNCONFIRMED =
            "nothing has been heard of the stream for a while: looking whether this relay still has the slot";

    /** Whoever may connect may send messages; this is known only to those who may read the WAL. */
    private final String nonce = UUID.randomUUID().toString();

    private final long confirmationLasts;
    private final LongSupplier clock;
    private final Deque<Sent> canaries = new ArrayDeque<>();
    private RelayState state = RelayState.NEW;
    private String message = "";
    private @Nullable Refusal refusal;
    private Position lastPosition = Position.ZERO;
    private long events;
    private long canary;
    private Duration lastLag = Duration.ZERO;
    private Sent lastSeen;
    private long confirmedAt;
    private boolean isBehind = true;
    private Instant since = Instant.now();
    private int failures;
    private Instant failing = Instant.now();
    private String lastFailure = "";
    private SlotHealth slot = SlotHealth.UNKNOWN;

    /** @param canaryInterval how often the watch confirms that the relay streams */
    RelayProgress(Duration canaryInterval) {
        this(canaryInterval, System::nanoTime);
    }

    RelayProgress(Duration canaryInterval, LongSupplier clock) {
        this.confirmationLasts = canaryInterval.plus(Vitals.LIMIT).toNanos();
        this.clock = clock;
        this.lastSeen = new Sent("", clock.getAsLong());
    }

    /** Every change of state goes through here. */
    synchronized void move(RelayState to, String why) {
        since = to == state && why.equals(message) ? since : Instant.now();
        state = to;
        message = why;
        refusal = null;
        if (to == RelayState.BACKING_OFF) {
            failed(why);
        }
        if (to == RelayState.STREAMING) {
            confirmedAt = clock.getAsLong();
        } else {
            slot = SlotHealth.UNKNOWN;
            canaries.clear();
            isBehind = true;
        }
        notifyAll();
    }

    private void failed(String why) {
        failing = failures == 0 ? since : failing;
        failures++;
        lastFailure = why;
    }

    /** As {@link #move}, unless the relay shows a state that lasts while it looks again. */
    synchronized void look() {
        if (state != RelayState.STANDBY && state != RelayState.REFUSED && state != RelayState.BACKING_OFF) {
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

    /** The slot is ours, and the server hears us. */
    synchronized void confirmed() {
        confirmedAt = clock.getAsLong();
        notifyAll();
    }

    /** What was appended was not fenced, so nobody has replaced this relay. */
    synchronized void delivered(AppendOnce.Delivered delivered) {
        confirmedAt = clock.getAsLong();
        lastPosition = delivered.head();
        events += delivered.events();
        failures = delivered.events() > 0 ? 0 : failures;
        for (var change : delivered.changes()) {
            if (change instanceof Change.Canary seen) {
                canarySeen(seen.token());
            }
        }
        notifyAll();
    }

    synchronized String canarySent() {
        var token = nonce + "-" + ++canary;
        if (canaries.size() < MAX_UNDER_WAY) {
            canaries.addLast(new Sent(token, clock.getAsLong()));
        }
        return token;
    }

    /** Whether a canary with this token was sent by this relay. */
    boolean isOurs(String token) {
        return token.startsWith(nonce);
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
                failures = 0;
                return;
            }
        }
    }

    synchronized void sawSlot(SlotHealth health) {
        slot = health;
    }

    synchronized RelayStatus status() {
        var shown = state();
        return new RelayStatus(
                shown,
                message(shown),
                shown == RelayState.BACKING_OFF ? failing : since,
                Optional.ofNullable(refusal),
                lastPosition,
                events,
                lag(),
                slot);
    }

    private String message(RelayState shown) {
        if (isUnconfirmed()) {
            return UNCONFIRMED;
        }
        return shown == state
                ? message
                : "connected again; the last %d connections failed before anything new came over them, the last because %s"
                        .formatted(failures, lastFailure);
    }

    /** A source that fails over and over looks connected in between: it is not before something new has come. */
    private RelayState state() {
        if (isUnconfirmed()) {
            return RelayState.CHECKING;
        }
        return state == RelayState.STREAMING && failures >= MANY_FAILURES ? RelayState.BACKING_OFF : state;
    }

    private boolean isUnconfirmed() {
        return state == RelayState.STREAMING && clock.getAsLong() - confirmedAt > confirmationLasts;
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

    private Duration since(Sent sent) {
        return Duration.ofNanos(clock.getAsLong() - sent.nanos());
    }

    /** Waits until the state is {@code wanted}; false after the time-out. */
    synchronized boolean await(RelayState wanted, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (state() != wanted) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}

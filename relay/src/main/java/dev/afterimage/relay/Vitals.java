package dev.afterimage.relay;

import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.relay.source.Slot;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the connection to the slot is alive, seen from beside it: a connection that is half open delivers nothing,
 * fails never and looks like an idle source. Who is asked: the server, whether its process for us is there and hears
 * our acknowledgements, which the stream sends every second whatever it delivers. To a role that does not read all
 * statistics the server does not tell what it hears: then its own time-out decides, after which its process is gone.
 */
final class Vitals {

    /** How long the server may hear nothing from us, or we nothing from the server. */
    static final Duration LIMIT = Duration.ofSeconds(6);

    private static final String TOO_MANY_CONNECTIONS = "53300";

    private long pid;
    private Optional<String> reply = Optional.empty();
    private long replyAt;
    private long heardAt;

    Vitals(long now) {
        heardAt = now;
        replyAt = now;
    }

    /** The server's process that streams to us. */
    synchronized void connectedAs(long serverPid, long now) {
        pid = serverPid;
        replyAt = now;
        heardAt = now;
    }

    synchronized long pid() {
        return pid;
    }

    /** Something came over the connection itself. */
    synchronized void delivered(long now) {
        heardAt = now;
    }

    /** The server was asked: why the connection is dead, if it is. */
    synchronized Optional<String> saw(Slot slot, long now) {
        heardAt = now;
        if (pid == 0) {
            return Optional.empty();
        }
        if (slot.activePid() != pid) {
            return Optional.of("the server has ended the connection (its process %d is gone)".formatted(pid));
        }
        if (slot.reply().isEmpty() || !slot.reply().equals(reply)) {
            reply = slot.reply();
            replyAt = now;
        }
        return now - replyAt > LIMIT.toNanos()
                ? Optional.of("the connection is dead: the server has heard nothing over it for %d s"
                        .formatted((now - replyAt) / 1_000_000_000))
                : Optional.empty();
    }

    /** The server did not answer: why the connection is dead, if nothing came over it either. */
    synchronized Optional<String> missed(DatabaseException failure, long now) {
        if (failure.sqlState().equals(TOO_MANY_CONNECTIONS)) {
            heardAt = now;
        }
        return now - heardAt > LIMIT.toNanos()
                ? Optional.of("the server has not answered for %d s (%s)"
                        .formatted((now - heardAt) / 1_000_000_000, failure.getMessage()))
                : Optional.empty();
    }
}

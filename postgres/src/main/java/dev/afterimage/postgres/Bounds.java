package dev.afterimage.postgres;

import java.time.Duration;

/**
 * How long our statements wait on connections of somebody's pool, whatever the pool and the role have as defaults. What
 * hits a bound may succeed when it is tried again. Zero is no bound.
 *
 * @param statement until a statement is cancelled; a server that says nothing at all is given {@link #SILENCE} more,
 *     then the connection is cut
 * @param lock until the wait for a lock is given up, with a message that names who holds it
 * @param idle until the server ends a transaction that is left alone, since its node may be frozen
 */
public record Bounds(Duration statement, Duration lock, Duration idle) {

    /** How much longer than a statement may take a connection waits for an answer. */
    public static final Duration SILENCE = Duration.ofSeconds(15);

    /** What fits into the server's milliseconds. */
    private static final Duration LONGEST = Duration.ofDays(20);

    private static final int FIRST_WITH_TRANSACTION_TIMEOUT = 17;

    private static final String NO_LIMIT_OF_TRANSACTION = ", pg_catalog.set_config('transaction_timeout', '0', true)";

    public Bounds {
        requireFits("statement", statement);
        requireFits("lock", lock);
        requireFits("idle", idle);
    }

    private static void requireFits(String name, Duration bound) {
        if (bound.isNegative() || bound.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "bound of %s must be 0 s (none) to %s, was %s".formatted(name, LONGEST, bound));
        }
    }

    /** A minute for a statement, of which ten seconds for a lock, and a minute between statements. */
    public static Bounds defaults() {
        return new Bounds(Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofMinutes(1));
    }

    /** For work that may rightly take hours. */
    public static Bounds none() {
        return new Bounds(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    public Bounds withStatement(Duration longest) {
        return new Bounds(longest, lock, idle);
    }

    public Bounds withLock(Duration longest) {
        return new Bounds(statement, longest, idle);
    }

    public Bounds withIdle(Duration longest) {
        return new Bounds(statement, lock, longest);
    }

    /**
     * The statement that sets path and time-outs until the transaction ends. First it notes the caller's path, for
     * {@link OwnSettings#callersPath}. Ours is written as {@link DatabaseAddress} writes it: on its connections nothing
     * changes, and the driver keeps its prepared statements.
     */
    String settings(int serverVersion) {
        return """
                SELECT pg_catalog.set_config('afterimage.callers_path', pg_catalog.current_setting('search_path'), true),
                  pg_catalog.set_config('search_path', '%s', true), pg_catalog.set_config('statement_timeout', '%d', true),
                  pg_catalog.set_config('lock_timeout', '%d', true),
                  pg_catalog.set_config('idle_in_transaction_session_timeout', '%d', true)""".formatted(DatabaseAddress.OWN_PATH, statement.toMillis(), lock.toMillis(), idle.toMillis())
                + (serverVersion < FIRST_WITH_TRANSACTION_TIMEOUT ? "" : NO_LIMIT_OF_TRANSACTION);
    }

    /** How many milliseconds to wait for an answer, where a pool waits so long; 0 is for ever. */
    int answer(int ofPool) {
        if (statement.isZero()) {
            return 0;
        }
        int ours = Math.toIntExact(statement.plus(SILENCE).toMillis());
        return ofPool == 0 ? ours : Math.min(ours, ofPool);
    }
}

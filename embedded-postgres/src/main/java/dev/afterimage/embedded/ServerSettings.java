package dev.afterimage.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to run a server: where its data lives, whether commits survive a power cut, and PostgreSQL's own parameters.
 *
 * @param dataDirectory kept over restarts; null is a temporary directory, deleted on close
 * @param crashSafe whether commits and pages are forced to disk (fsync, full_page_writes)
 * @param port 0 is any free port
 * @param parameters by name in lower case; they win over everything this class would choose
 */
public record ServerSettings(
        @Nullable Path dataDirectory, boolean crashSafe, int port, Map<String, String> parameters) {

    private static final Pattern PARAMETER = Pattern.compile("[a-z_][a-z0-9_.]*");
    // The value goes through a shell inside double quotes.
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e&&[^\"$`\\\\]]*");
    private static final Map<String, String> ALWAYS = Map.of(
            "wal_level", "logical",
            "max_replication_slots", "32",
            "max_wal_senders", "32",
            "max_connections", "200",
            "listen_addresses", "localhost",
            "unix_socket_directories", "",
            // A walsender reads flushed WAL only, and "off" flushes up to 600 ms late.
            "synchronous_commit", "on",
            "timezone", "UTC");

    public ServerSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("server port must be 0 (any free port) or 1..65535, was " + port);
        }
        parameters.forEach(ServerSettings::check);
        parameters = Map.copyOf(parameters);
    }

    /**
     * Fast and forgetful: a temporary directory, no forced writes, a free port, a server time zone not UTC, and
     * transactions that can be prepared.
     */
    public static ServerSettings forTests() {
        return new ServerSettings(
                null, false, 0, Map.of("timezone", "Australia/Adelaide", "max_prepared_transactions", "10"));
    }

    /** A commit that was acknowledged survives a crash of PostgreSQL and of the machine. */
    public static ServerSettings durable() {
        return new ServerSettings(null, true, 0, Map.of());
    }

    public ServerSettings withDataDirectory(Path directory) {
        return new ServerSettings(directory, crashSafe, port, parameters);
    }

    public ServerSettings withPort(int newPort) {
        return new ServerSettings(dataDirectory, crashSafe, newPort, parameters);
    }

    public ServerSettings withParameter(String name, String value) {
        var more = new HashMap<>(parameters);
        more.put(name.toLowerCase(Locale.ROOT), value);
        return new ServerSettings(dataDirectory, crashSafe, port, more);
    }

    /** Every parameter the server is started with, by name. */
    Map<String, String> allParameters() {
        var all = new TreeMap<>(ALWAYS);
        all.put("fsync", crashSafe ? "on" : "off");
        all.put("full_page_writes", crashSafe ? "on" : "off");
        all.putAll(parameters);
        return all;
    }

    private static void check(String name, String value) {
        if (!PARAMETER.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "server parameter name must match %s, was '%s'".formatted(PARAMETER, name));
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "server parameter %s must be printable ASCII without \" $ ` and \\, was '%s'"
                            .formatted(name, value));
        }
    }
}

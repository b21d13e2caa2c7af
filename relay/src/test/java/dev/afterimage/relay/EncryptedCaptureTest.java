package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.postgres.Credentials;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The server lets the role in over TLS only, with a certificate of its own and its current password. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class EncryptedCaptureTest {

    private static final String HBA = """
            hostssl all tls_role all scram-sha-256 clientcert=verify-full
            host all postgres all scram-sha-256
            """;

    @TempDir
    Path directory;

    private final AtomicReference<String> password = new AtomicReference<>("first");

    @Test
    void a_relay_streams_over_tls_with_a_client_certificate_and_takes_up_a_new_password() throws Exception {
        var serverCertificate = Certificates.make(directory, "localhost");
        var client = Certificates.make(directory, "tls_role");
        var hba = Files.writeString(directory.resolve("hba.conf"), HBA);
        var settings = ServerSettings.forTests()
                .withParameter("ssl", "on")
                .withParameter("ssl_cert_file", serverCertificate.certificate().toString())
                .withParameter("ssl_key_file", serverCertificate.key().toString())
                .withParameter("ssl_ca_file", client.certificate().toString())
                .withParameter("hba_file", hba.toString());
        try (var server = EmbeddedServer.start(settings)) {
            var superuser = server.dataSource("postgres");
            execute(superuser, "CREATE ROLE tls_role LOGIN SUPERUSER PASSWORD 'first'");
            PostgresEventLog.migrations().apply(superuser);
            try (var log = PostgresEventLog.open(superuser)) {
                capture(address(server, serverCertificate, client), log, superuser);
            }
        }
    }

    private DatabaseAddress address(EmbeddedServer server, Certificates serverCertificate, Certificates client) {
        var url =
                "jdbc:postgresql://localhost:%d/postgres?sslmode=verify-full&channelBinding=require&sslrootcert=%s&sslkey=%s&sslpassword=%s"
                        .formatted(
                                server.port(),
                                serverCertificate.certificate(),
                                client.keyStore(),
                                Certificates.PASSWORD);
        return DatabaseAddress.of(url, () -> new Credentials.Login("tls_role", password.get()));
    }

    private void capture(DatabaseAddress address, PostgresEventLog log, DataSource superuser) throws Exception {
        var settings = RelaySettings.defaults();
        new RelaySetup(address, log, settings).init();
        try (var relay = new Relay(address, log, DebeziumChangeSource.of(address, settings), settings)) {
            RelayRig.await(RelayState.STREAMING, relay.start());
            append(superuser);
            assertThat(log.whole().awaitAfter(Position.ZERO, RelayRig.SOON)).isTrue();
            assertThat(value(superuser, """
                    SELECT s.ssl || ' ' || s.client_dn FROM pg_stat_replication r JOIN pg_stat_ssl s USING (pid)""")).isEqualTo("true /CN=tls_role");

            password.set("second");
            execute(superuser, "ALTER ROLE tls_role PASSWORD 'second'");
            execute(superuser, "SELECT pg_terminate_backend(pid) FROM pg_stat_replication");
            append(superuser);
            assertThat(log.whole().awaitAfter(new Position(1), RelayRig.SOON)).isTrue();
        }
    }

    private static void append(DataSource superuser) throws SQLException {
        try (var connection = superuser.getConnection()) {
            connection.setAutoCommit(false);
            Outbox.create().append(connection, RelayRig.Counter.class, "a", new RelayRig.CounterEvent.Counted("a", 1));
            connection.commit();
        }
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(DataSource dataSource, String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}

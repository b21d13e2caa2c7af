package dev.afterimage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

class EmbeddedServerTest {

    private static EmbeddedServer server;

    @BeforeAll
    static void start() {
        server = EmbeddedServer.start(ServerSettings.forTests());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_server_is_postgresql_18_ready_for_logical_decoding() throws SQLException {
        assertThat(Sql.setting(server, "server_version")).startsWith("18.");
        assertThat(Sql.setting(server, "wal_level")).isEqualTo("logical");
        assertThat(Sql.setting(server, "max_replication_slots")).isEqualTo("32");
        assertThat(Sql.setting(server, "max_wal_senders")).isEqualTo("32");
        assertThat(Sql.setting(server, "max_connections")).isEqualTo("200");
    }

    @Test
    void a_server_for_tests_does_not_force_writes_and_its_time_zone_is_not_utc() throws SQLException {
        assertThat(Sql.setting(server, "fsync")).isEqualTo("off");
        assertThat(Sql.value(
                        server.dataSource("postgres"), "select reset_val from pg_settings where name = 'TimeZone'"))
                .isEqualTo("Australia/Adelaide");
    }

    @Test
    void nobody_outside_this_machine_can_connect() throws SQLException {
        assertThat(Sql.setting(server, "listen_addresses")).isEqualTo("localhost");
        assertThat(Sql.setting(server, "unix_socket_directories")).isEmpty();
    }

    @Test
    void nobody_connects_without_the_password_of_a_file_that_only_the_owner_reads() throws Exception {
        var withoutPassword = server.jdbcUrl("postgres").replaceFirst("&password=.*", "");

        for (var url : List.of(withoutPassword, withoutPassword + "&password=guessed")) {
            assertThatThrownBy(() -> DriverManager.getConnection(url)).isInstanceOf(SQLException.class);
        }
        assertThat(Files.getPosixFilePermissions(server.passwordFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Sql.value(
                        server.dataSource("postgres"),
                        "select string_agg(distinct auth_method, ', ') from pg_hba_file_rules"))
                .isEqualTo("scram-sha-256");
    }

    @Test
    void text_is_utf8_and_sorts_by_code_point() throws SQLException {
        var database = server.dataSource("postgres");

        assertThat(Sql.setting(server, "server_encoding")).isEqualTo("UTF8");
        assertThat(Sql.value(database, "select datlocale from pg_database where datname = current_database()"))
                .isEqualTo("C.UTF-8");
        assertThat(Sql.value(database, "select upper(U&'\\00e4') = U&'\\00c4' and 'Z' < 'a'"))
                .isEqualTo("t");
    }

    @Test
    void a_database_can_be_created_used_and_dropped() throws SQLException {
        server.createDatabase("order");
        Sql.execute(server.dataSource("order"), "create table t (id int)");
        try (var connection = DriverManager.getConnection(server.jdbcUrl("order"))) {
            assertThat(server.databaseExists("order")).isTrue();

            server.dropDatabase("order");

            assertThat(connection.isValid(1)).isFalse();
        }
        assertThat(server.databaseExists("order")).isFalse();
    }

    @Test
    void a_database_with_a_slot_in_use_can_be_dropped() throws SQLException {
        server.createDatabase("streamed");
        Sql.execute(server.dataSource("streamed"), "select pg_create_logical_replication_slot('idle', 'pgoutput')");
        Sql.execute(server.dataSource("streamed"), "select pg_create_logical_replication_slot('busy', 'pgoutput')");
        try (var connection = DriverManager.getConnection(server.jdbcUrl("streamed"), replication())) {
            var stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName("busy")
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", "none")
                    .start();
            assertThat(slots("active")).isEqualTo("1");

            server.dropDatabase("streamed");

            assertThat(slots("true")).isEqualTo("0");
            assertThatThrownBy(stream::read).isInstanceOf(SQLException.class);
            connection.abort(Runnable::run);
        }
        assertThat(server.databaseExists("streamed")).isFalse();
    }

    @Test
    void creating_a_database_twice_says_so() {
        server.createDatabase("twice");

        assertThatThrownBy(() -> server.createDatabase("twice"))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("cannot create database twice")
                .hasMessageContaining("already exists");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Orders", "1st", "a-b", "a\"; drop", "a123456789012345678901234567890123456789x"})
    void a_name_that_needs_thought_is_refused(String name) {
        assertThatThrownBy(() -> server.createDatabase(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("database name must match ^[a-z][a-z0-9_]{0,39}$, was '%s'".formatted(name));
    }

    @Test
    void a_port_that_is_taken_is_named() {
        var settings = ServerSettings.forTests().withPort(server.port());

        assertThatThrownBy(() -> EmbeddedServer.start(settings))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("port %d is not free".formatted(server.port()));
    }

    @Test
    void a_temporary_data_directory_is_deleted_on_close() throws SQLException {
        Path data;
        try (var temporary = EmbeddedServer.start(ServerSettings.forTests())) {
            data = Path.of(Sql.setting(temporary, "data_directory"));
            assertThat(data).isDirectory();
        }
        assertThat(data.getParent()).doesNotExist();
    }

    private static String slots(String condition) throws SQLException {
        return Sql.value(server.dataSource("postgres"), "select count(*) from pg_replication_slots where " + condition);
    }

    private static Properties replication() {
        var properties = new Properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "18");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return properties;
    }
}

package dev.afterimage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistentServerTest {

    @TempDir
    Path directory;

    @Test
    void a_durable_server_forces_commits_and_pages_to_disk() throws SQLException {
        try (var server = EmbeddedServer.start(ServerSettings.durable())) {
            assertThat(Sql.setting(server, "fsync")).isEqualTo("on");
            assertThat(Sql.setting(server, "synchronous_commit")).isEqualTo("on");
            assertThat(Sql.setting(server, "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void data_and_slots_survive_a_close_and_a_start() throws SQLException {
        var settings = ServerSettings.durable().withDataDirectory(directory.resolve("pg"));
        try (var server = EmbeddedServer.start(settings)) {
            server.createDatabase("kept");
            Sql.execute(server.dataSource("kept"), "create table t as select 'yes' as v");
            Sql.execute(server.dataSource("kept"), "select pg_create_logical_replication_slot('s', 'pgoutput')");
        }
        try (var server = EmbeddedServer.start(settings)) {
            assertThat(Sql.value(server.dataSource("kept"), "select v from t")).isEqualTo("yes");
            assertThat(Sql.value(server.dataSource("kept"), "select slot_name from pg_replication_slots"))
                    .isEqualTo("s");
        }
    }

    /** Such a data directory has no password, and its pg_hba.conf lets everybody on this machine in. */
    @Test
    void a_server_of_an_older_version_gets_a_password() throws Exception {
        var settings = ServerSettings.durable().withDataDirectory(directory);
        try (var server = EmbeddedServer.start(settings)) {
            Sql.execute(server.dataSource("postgres"), "alter role postgres password null");
        }
        Files.delete(directory.resolve("password"));
        Files.writeString(
                directory.resolve("data/pg_hba.conf"), "host all all 127.0.0.1/32 trust\nhost all all ::1/128 trust\n");

        EmbeddedServer.start(settings).close();
        try (var server = EmbeddedServer.start(settings)) {
            assertThat(Sql.value(server.dataSource("postgres"), "select 'in'")).isEqualTo("in");
            var withoutPassword = server.jdbcUrl("postgres").replaceFirst("&password=.*", "");
            assertThatThrownBy(() -> DriverManager.getConnection(withoutPassword))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void what_uses_the_server_is_closed_before_it_when_a_signal_ends_the_jvm() throws Exception {
        var ended = ChildJvm.startAndTerminate(directory, "ready");

        assertThat(ended.output()).contains("still served");
    }

    @Test
    void a_server_left_behind_by_a_killed_jvm_is_stopped_and_its_data_kept() throws Exception {
        var killed = ChildJvm.startAndHalt(directory, System.getenv("PATH"));
        assertThat(killed.status()).as(killed.output()).isEqualTo(ChildJvm.StartAndHalt.STATUS);
        var orphan = ProcessHandle.of(Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid"))
                        .getFirst()))
                .orElseThrow();

        try (var server = EmbeddedServer.start(ServerSettings.durable().withDataDirectory(directory))) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(Sql.value(server.dataSource("kept"), "select v from t")).isEqualTo("from the killed one");
        }
    }

    @Test
    void a_stale_pid_file_that_names_a_stranger_harms_nobody() throws Exception {
        var settings = ServerSettings.durable().withDataDirectory(directory);
        EmbeddedServer.start(settings).close();
        try (var stranger = EmbeddedServer.start(ServerSettings.forTests())) {
            var strangersData = Path.of(Sql.setting(stranger, "data_directory"));
            Files.copy(strangersData.resolve("postmaster.pid"), directory.resolve("data/postmaster.pid"));

            OrphanedPostmaster.stop(directory.resolve("data"));

            assertThat(Sql.value(stranger.dataSource("postgres"), "select 'alive'"))
                    .isEqualTo("alive");
        }
    }

    @Test
    void two_servers_cannot_share_a_data_directory() {
        var settings = ServerSettings.durable().withDataDirectory(directory);
        var first = EmbeddedServer.start(settings);
        try (first) {
            assertThatThrownBy(() -> EmbeddedServer.start(settings))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("is in use by another server: stop it, or choose another directory");
            assertThat(first.databaseExists("postgres")).isTrue();
        }
    }

    @Test
    void a_first_start_that_was_interrupted_is_done_again() throws Exception {
        Files.createDirectories(directory.resolve("data/base"));
        Files.writeString(directory.resolve("data/postgresql.conf"), "half");

        try (var server = EmbeddedServer.start(ServerSettings.forTests().withDataDirectory(directory))) {
            assertThat(server.databaseExists("postgres")).isTrue();
        }
    }

    @Test
    void the_caller_may_override_any_parameter() throws SQLException {
        var settings =
                ServerSettings.forTests().withParameter("wal_level", "replica").withParameter("search_path", "a, b");
        try (var server = EmbeddedServer.start(settings)) {
            assertThat(Sql.setting(server, "wal_level")).isEqualTo("replica");
            assertThat(Sql.setting(server, "search_path")).isEqualTo("a, b");
        }
    }
}

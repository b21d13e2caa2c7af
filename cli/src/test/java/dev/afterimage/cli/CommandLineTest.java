package dev.afterimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {

    @Test
    void a_wrong_option_is_named_and_the_status_is_2() {
        assertThat(Run.of("demo", "--scale", "0").err()).contains("--scale must be 1..10000, was 0");
        assertThat(Run.of("demo", "--scale", "0").status()).isEqualTo(2);
        assertThat(Run.of("demo", "--jdbc-url", "jdbc:postgresql://x/y", "--keep", "z")
                        .err())
                .contains("--jdbc-url and --keep exclude each other");
        assertThat(Run.of("status").err()).contains("say which database");
        assertThat(Run.of("status").status()).isEqualTo(2);
    }

    @Test
    void an_address_that_is_not_postgresqls_is_refused_without_repeating_it() {
        var run = Run.of("status", "--jdbc-url", "jdbc:mysql://host/db?password=secret");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("must look like jdbc:postgresql://host:5432/database")
                .doesNotContain("secret");
    }

    @Test
    void a_server_that_is_not_there_is_an_error_in_one_line_without_the_password() {
        var run = Run.of("status", "--jdbc-url", "jdbc:postgresql://localhost:1/db?user=u&password=secret");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines().filter(line -> line.startsWith("afterimage: ")))
                .hasSize(1);
        assertThat(run.err()).contains("refused").doesNotContain("secret");
    }

    @Test
    void a_server_without_logical_wal_is_refused_with_the_setting_to_change() {
        try (var server = EmbeddedServer.start(ServerSettings.forTests().withParameter("wal_level", "replica"))) {
            server.createDatabase("shop");

            var run = Run.of("init", "--jdbc-url", server.jdbcUrl("shop"));

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err())
                    .contains("wal_level is replica and must be logical: set wal_level = logical in postgresql.conf");
        }
    }

    @Test
    void init_is_safe_to_run_again_and_repair_finds_nothing_missing() {
        try (var server = EmbeddedServer.start(ServerSettings.forTests())) {
            server.createDatabase("shop");
            var url = server.jdbcUrl("shop");

            assertThat(Run.of("status", "--jdbc-url", url).err())
                    .contains("has no such tables yet: run ./afterimage init");
            assertThat(Run.of("run", "--jdbc-url", url).err())
                    .contains("has no such tables yet: run ./afterimage init");
            assertThat(Run.of("init", "--jdbc-url", url).status()).isZero();
            assertThat(Run.of("init", "--jdbc-url", url).out()).contains("replication slot afterimage_outbox_shop");
            assertThat(Run.of("repair", "--jdbc-url", url).out()).contains("0 events were missing");
        }
    }

    @Test
    void a_kept_folder_whose_server_another_command_runs_is_used_where_it_runs(@TempDir Path folder) {
        var kept = folder.toString();
        assertThat(Run.of("init", "--keep", kept).status()).isZero();
        var settings = ServerSettings.forTests().withDataDirectory(folder);
        try (var server = EmbeddedServer.start(settings)) {
            var status = Run.of("status", "--keep", kept);

            assertThat(status.out()).contains("afterimage_outbox_northwind");
            assertThat(status.err()).isEmpty();
            assertThat(Run.of("run", "--keep", kept).err()).contains("is in use by another server: stop it");
            assertThat(server.databaseExists("northwind")).isTrue();
        }
        assertThat(Run.of("status", "--keep", kept).out()).contains("afterimage_outbox_northwind");
    }

    @Test
    void help_says_what_each_command_does() {
        assertThat(Run.of("--help").out())
                .contains("demo", "init", "run", "status", "verify", "repair", "skip-event", "rebuild");
        assertThat(Run.of("demo", "--help").out()).contains("--jdbc-url", "--keep", "--scale", "--json");
    }
}

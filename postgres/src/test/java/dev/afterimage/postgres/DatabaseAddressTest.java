package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Test
    void the_parts_are_read_from_the_url() {
        var address = DatabaseAddress.of("jdbc:postgresql://db.example:6543/my%20shop?user=app&password=s%26cret");

        assertThat(address.host()).isEqualTo("db.example");
        assertThat(address.port()).isEqualTo(6543);
        assertThat(address.database()).isEqualTo("my shop");
        assertThat(address.user()).isEqualTo("app");
    }

    @Test
    void what_the_url_does_not_say_is_postgresqls_default() {
        assertThat(DatabaseAddress.of("jdbc:postgresql:///shop?user=app")).hasToString("localhost:5432/shop as app");
        assertThat(DatabaseAddress.of("jdbc:postgresql:shop?user=app")).hasToString("localhost:5432/shop as app");
    }

    @Test
    void several_hosts_and_ipv6_are_all_kept() {
        assertThat(DatabaseAddress.of("jdbc:postgresql://a:5433,b,[::1]:5434/shop?user=app&targetServerType=primary"))
                .hasToString("a:5433,b:5432,[::1]:5434/shop as app");
    }

    @Test
    void the_text_never_shows_a_secret() {
        var url = "jdbc:postgresql://db.example/shop?password=secret&user=app&sslpassword=secret";
        var address = DatabaseAddress.of(url);

        assertThat(address).hasToString("db.example:5432/shop as app");
        assertThat(address.dataSource("test")).hasToString("db.example:5432/shop as app");
        assertThat(DatabaseAddress.of(url, () -> new Credentials.Login("app", "secret")))
                .hasToString("db.example:5432/shop");
        assertThat(new Credentials.Login("app", "secret")).hasToString("app with a password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://db.example/shop?password=secret",
                "jdbc:postgresql://db.example?password=secret",
                "jdbc:postgresql://db.example/shop/orders?password=secret",
                "jdbc:postgresql:/shop?password=secret",
                "jdbc:postgresql://db.example:port/shop?password=secret",
            })
    void what_is_not_a_postgresql_url_is_refused_without_being_quoted_or_logged(String url) {
        try (var log = new DriverLog()) {
            assertThatThrownBy(() -> DatabaseAddress.of(url))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("jdbc:postgresql://host:5432/database")
                    .hasMessageNotContaining("secret");
            assertThat(log.text()).doesNotContain("secret");
        }
    }

    @Test
    void a_stream_whose_reader_is_silent_is_ended_by_the_server_after_20_seconds_unless_the_url_says_otherwise()
            throws SQLException {
        var own = database.jdbcUrl() + "&options=-c%20wal_sender_timeout=40s";

        assertThat(silenceOf(DatabaseAddress.of(database.jdbcUrl()))).isEqualTo("20s");
        assertThat(silenceOf(DatabaseAddress.of(own))).isEqualTo("40s");
    }

    private static String silenceOf(DatabaseAddress address) throws SQLException {
        try (var connection = address.connectForReplication("afterimage-test");
                var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW wal_sender_timeout")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void a_password_is_not_in_what_the_driver_logs() throws SQLException {
        var password = database.jdbcUrl().replaceAll(".*[?&]password=([^&]+).*", "$1");
        try (var log = new DriverLog()) {
            var dataSource = DatabaseAddress.of(database.jdbcUrl() + "&sslpassword=secret")
                    .dataSource("afterimage-test");

            assertThat(Sql.value(dataSource, "SELECT 1")).isEqualTo("1");
            assertThat(log.text()).contains("Connecting with URL").doesNotContain("secret", password);
        }
    }

    @Test
    void a_connection_names_itself_to_the_server() throws Exception {
        var dataSource = DatabaseAddress.of(database.jdbcUrl()).dataSource("afterimage-test");

        assertThat(Sql.value(dataSource, "SHOW application_name")).isEqualTo("afterimage-test");
        assertThat(Sql.value(dataSource, "SELECT current_database()")).isEqualTo(database.name());
    }

    @Test
    void the_credentials_are_asked_at_each_connect() throws Exception {
        for (var role : new String[] {"first_role", "second_role"}) {
            Sql.execute(database.dataSource(), "CREATE ROLE %s LOGIN PASSWORD 'of %1$s'".formatted(role));
        }
        var current = new AtomicReference<>("first_role");
        var dataSource = DatabaseAddress.of(
                        database.jdbcUrl(), () -> new Credentials.Login(current.get(), "of " + current.get()))
                .dataSource("test");

        assertThat(Sql.value(dataSource, "SELECT current_user")).isEqualTo("first_role");
        current.set("second_role");
        assertThat(Sql.value(dataSource, "SELECT current_user")).isEqualTo("second_role");
        Sql.execute(database.dataSource(), "DROP ROLE first_role; DROP ROLE second_role");
    }

    @Test
    void the_credentials_are_asked_once_for_each_connect() throws Exception {
        var asked = new AtomicInteger();
        var own = DatabaseAddress.of(database.jdbcUrl());
        var password = database.jdbcUrl().replaceAll(".*[?&]password=([^&]+).*", "$1");
        var address = DatabaseAddress.of(database.jdbcUrl(), () -> {
            asked.incrementAndGet();
            return new Credentials.Login(own.user(), password);
        });

        address.connect("test").close();
        address.connectForReplication("test").close();
        assertThat(asked).hasValue(2);
        assertThat(address.database()).isEqualTo(database.name());
        assertThat(asked).hasValue(2);
    }

    @Test
    void a_function_that_somebody_made_in_public_is_not_called() throws Exception {
        Sql.execute(
                database.dataSource(),
                "CREATE FUNCTION public.version(text) RETURNS text LANGUAGE sql AS $$ SELECT 'theirs' $$");

        assertThatThrownBy(() ->
                        Sql.value(DatabaseAddress.of(database.jdbcUrl()).dataSource("test"), "SELECT version('x')"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42883"));
    }

    @Test
    void a_search_path_of_the_url_does_not_open_the_door_again() throws Exception {
        var dataSource = DatabaseAddress.of(database.jdbcUrl()
                        + "&currentSchema=public&options=-c%20search_path=public%20-c%20work_mem=5MB")
                .dataSource("test");

        assertThat(Sql.value(dataSource, "SHOW search_path")).isEqualTo("pg_catalog,pg_temp");
        assertThat(Sql.value(dataSource, "SHOW work_mem")).isEqualTo("5MB");
    }

    @Test
    void a_connection_that_gets_no_answer_fails_in_bounded_time() {
        var impatient = DatabaseAddress.of(database.jdbcUrl()).withSocketTimeout(Duration.ofSeconds(1));

        assertThatThrownBy(() -> Sql.value(impatient.dataSource("test"), "SELECT pg_sleep(3)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08006"));
    }

    @Test
    void a_time_out_of_the_url_wins() throws Exception {
        var address =
                DatabaseAddress.of(database.jdbcUrl() + "&socketTimeout=77").withSocketTimeout(Duration.ofSeconds(1));

        try (var connection = address.connect("test")) {
            assertThat(connection.getNetworkTimeout()).isEqualTo(77_000);
        }
        try (var connection = DatabaseAddress.of(database.jdbcUrl()).connect("test")) {
            assertThat(connection.getNetworkTimeout()).isEqualTo((int) DatabaseAddress.SOCKET_TIMEOUT.toMillis());
        }
    }
}

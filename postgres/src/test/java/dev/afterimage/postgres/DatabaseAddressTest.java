package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseAddressTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Test
    void the_parts_are_read_from_the_url() {
        var address = DatabaseAddress.of(
                "jdbc:postgresql://db.example:6543/shop?user=app&password=s%26cret&sslmode=verify-full");

        assertThat(address.host()).isEqualTo("db.example");
        assertThat(address.port()).isEqualTo(6543);
        assertThat(address.database()).isEqualTo("shop");
        assertThat(address.user()).isEqualTo("app");
        assertThat(address.password()).isEqualTo("s&cret");
        assertThat(address.sslMode()).isEqualTo("verify-full");
    }

    @Test
    void what_the_url_does_not_say_is_postgresqls_default() {
        var address = DatabaseAddress.of("jdbc:postgresql:///shop?user=app");

        assertThat(address).hasToString("localhost:5432/shop as app");
        assertThat(address.password()).isEmpty();
        assertThat(address.sslMode()).isEqualTo("prefer");
    }

    @Test
    void the_text_never_shows_the_password() {
        var address = DatabaseAddress.of("jdbc:postgresql://db.example/shop?password=secret&user=app");

        assertThat(address).hasToString("db.example:5432/shop as app");
    }

    @Test
    void what_is_not_a_postgresql_url_is_refused_without_being_quoted() {
        assertThatThrownBy(() -> DatabaseAddress.of("jdbc:mysql://db.example/shop?password=secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:postgresql://host:5432/database")
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_connection_names_itself_to_the_server() throws Exception {
        var dataSource = DatabaseAddress.of(database.jdbcUrl()).dataSource("afterimage-test");

        assertThat(Sql.value(dataSource, "SHOW application_name")).isEqualTo("afterimage-test");
        assertThat(Sql.value(dataSource, "SELECT current_database()")).isEqualTo(database.name());
    }
}

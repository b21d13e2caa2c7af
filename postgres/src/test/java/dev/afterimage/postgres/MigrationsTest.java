package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsTest {

    private static final String V1 = "V1__shelf.sql";
    private static final String V2 = "V2__shelf_owner.sql";
    private static final String MAKE = "CREATE TABLE shelf (books integer);\nINSERT INTO shelf VALUES (1);\n";
    private static final String ADD = "ALTER TABLE shelf ADD owner text;\nUPDATE shelf SET books = books + 1;\n";

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @BeforeEach
    void anEmptyDatabase() throws SQLException {
        Sql.execute(database.dataSource(), "DROP SCHEMA IF EXISTS afterimage CASCADE");
    }

    @Test
    void files_are_applied_in_order_of_their_numbers_and_recorded() throws Exception {
        files().migrations(V2, V1).apply(database.dataSource());

        assertThat(value("SELECT books FROM afterimage.shelf")).isEqualTo("2");
        assertThat(history()).isEqualTo("library 1 V1__shelf.sql, library 2 V2__shelf_owner.sql");
    }

    @Test
    void a_file_is_applied_once() throws Exception {
        files().migrations(V1, V2).apply(database.dataSource());
        files().migrations(V1, V2).apply(database.dataSource());

        assertThat(value("SELECT string_agg(books::text, ',') FROM afterimage.shelf"))
                .isEqualTo("2");
    }

    @Test
    void a_later_release_applies_only_what_is_new() throws Exception {
        files().migrations(V1).apply(database.dataSource());
        files().migrations(V1, V2).apply(database.dataSource());

        assertThat(value("SELECT books FROM afterimage.shelf")).isEqualTo("2");
    }

    @Test
    void an_edited_file_is_refused_and_what_is_new_is_not_applied() throws Exception {
        files().migrations(V1).apply(database.dataSource());
        var edited = files().with(V1, MAKE.replace("books", "pages")).migrations(V1, V2);

        assertThatThrownBy(() -> edited.apply(database.dataSource()))
                .isInstanceOf(MigrationException.class)
                .hasMessageStartingWith("library: V1__shelf.sql was applied with another text (checksum ")
                .hasMessageEndingWith("never edit an applied file, add the next");
        assertThat(history()).isEqualTo("library 1 V1__shelf.sql");
    }

    @Test
    void line_ends_changed_by_a_checkout_are_not_an_edit() {
        files().migrations(V1).apply(database.dataSource());

        files().with(V1, MAKE.replace("\n", "\r\n")).migrations(V1).apply(database.dataSource());
    }

    @Test
    void older_code_goes_on_where_newer_code_only_added_something() throws Exception {
        files().migrations(V1, V2).apply(database.dataSource());

        files().migrations(V1).apply(database.dataSource());
        files().migrations(V1).requireFit(database.dataSource());
        assertThat(history()).isEqualTo("library 1 V1__shelf.sql, library 2 V2__shelf_owner.sql");
    }

    @Test
    void older_code_is_refused_where_newer_code_took_something_away() {
        files().with(V2, "-- needs: 2\nALTER TABLE shelf DROP books")
                .migrations(V1, V2)
                .apply(database.dataSource());

        var message =
                "library: the database has version 2, which needs code that knows version 2, and this code knows up to 1: run newer code";
        assertThatThrownBy(() -> files().migrations(V1).apply(database.dataSource()))
                .isInstanceOf(MigrationException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> files().migrations(V1).requireFit(database.dataSource()))
                .hasMessage(message);
    }

    @Test
    void a_newer_file_that_does_not_say_what_it_needs_is_refused() throws Exception {
        files().migrations(V1).apply(database.dataSource());
        Sql.execute(
                database.dataSource(),
                "INSERT INTO afterimage.schema_history (store, version, file_name, checksum) VALUES ('library', 9, 'V9__x.sql', '')");

        assertThatThrownBy(() -> files().migrations(V1).apply(database.dataSource()))
                .hasMessage(
                        "library: the database has version 9, which needs code that knows it, and this code knows up to 1: run newer code");
    }

    @Test
    void newer_code_does_not_run_before_its_tables_are_made() {
        assertThatThrownBy(() -> files().migrations(V1, V2).requireFit(database.dataSource()))
                .hasMessage("library: the database has no such tables yet: run ./afterimage init on it first");

        files().migrations(V1).apply(database.dataSource());

        assertThatThrownBy(() -> files().migrations(V1, V2).requireFit(database.dataSource()))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining(
                        "the database has version 1 and this code needs 2: run this code's ./afterimage init");
    }

    @Test
    void a_history_of_the_first_version_is_taken_over() throws Exception {
        files().migrations(V1).apply(database.dataSource());
        Sql.execute(database.dataSource(), "ALTER TABLE afterimage.schema_history DROP COLUMN needs");

        files().migrations(V1).requireFit(database.dataSource());
        files().migrations(V1, V2).apply(database.dataSource());

        assertThat(history()).isEqualTo("library 1 V1__shelf.sql, library 2 V2__shelf_owner.sql");
    }

    @Test
    void each_store_has_its_own_numbers() throws Exception {
        files().migrations(V1, V2).apply(database.dataSource());
        new SqlFiles("cellar")
                .with("V1__cask.sql", "CREATE TABLE cask ()")
                .migrations("V1__cask.sql")
                .apply(database.dataSource());

        assertThat(history())
                .isEqualTo("cellar 1 V1__cask.sql, library 1 V1__shelf.sql, library 2 V2__shelf_owner.sql");
    }

    @Test
    void a_failing_file_leaves_nothing_of_itself_and_those_before_it_stay() throws Exception {
        var failing = files().with(V2, "CREATE TABLE half (); SELECT 1 / 0").migrations(V1, V2);

        assertThatThrownBy(() -> failing.apply(database.dataSource()))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.sqlState()).isEqualTo("22012"))
                .hasMessage("migrating the library failed: ERROR: division by zero");
        assertThat(value("SELECT to_regclass('afterimage.half')")).isEqualTo("null");
        assertThat(history()).isEqualTo("library 1 V1__shelf.sql");

        files().migrations(V1, V2).apply(database.dataSource());
        assertThat(value("SELECT books FROM afterimage.shelf")).isEqualTo("2");
    }

    /** So that a file may look through a large table without stopping those who write to it. */
    @Test
    void the_locks_of_a_file_are_not_held_while_the_next_works() throws Exception {
        var slow = files().with(V2, "SELECT pg_advisory_xact_lock(4711)").migrations(V1, V2);
        try (var holder = database.connect();
                var statement = holder.createStatement();
                var thread = Executors.newSingleThreadExecutor()) {
            statement.execute("SELECT pg_advisory_lock(4711)");
            var applying = thread.submit(() -> slow.apply(database.dataSource()));
            long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (value("SELECT to_regclass('afterimage.shelf')").equals("null")) {
                assertThat(System.nanoTime()).as("the first file is committed").isLessThan(deadline);
                LockSupport.parkNanos(1_000_000);
            }
            Sql.execute(database.dataSource(), "INSERT INTO afterimage.shelf VALUES (7)");
            assertThat(applying.isDone()).isFalse();

            statement.execute("SELECT pg_advisory_unlock(4711)");
            applying.get();
        }
        assertThat(history()).endsWith("library 2 V2__shelf_owner.sql");
    }

    @Test
    void eight_nodes_that_start_at_once_all_succeed_and_apply_once() throws Exception {
        var together = new CyclicBarrier(8);
        Callable<Boolean> node = () -> {
            together.await();
            files().migrations(V1, V2).apply(database.dataSource());
            return true;
        };
        try (var nodes = Executors.newFixedThreadPool(8)) {
            for (var done :
                    nodes.invokeAll(IntStream.range(0, 8).mapToObj(i -> node).toList())) {
                assertThat(done.get()).isTrue();
            }
        }

        assertThat(value("SELECT string_agg(books::text, ',') FROM afterimage.shelf"))
                .isEqualTo("2");
        assertThat(history()).isEqualTo("library 1 V1__shelf.sql, library 2 V2__shelf_owner.sql");
    }

    @Test
    void tables_are_made_in_our_schema_and_the_connection_keeps_its_own_search_path() throws Exception {
        try (var connection = database.connect()) {
            files().migrations(V1).apply(new SameConnection(connection));
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SHOW search_path")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("\"$user\", public");
            }
        }
        assertThat(value("SELECT to_regclass('public.shelf')")).isEqualTo("null");
    }

    @Test
    void the_script_makes_what_apply_makes_and_apply_finds_nothing_to_do() throws Exception {
        Sql.execute(database.dataSource(), files().migrations(V2, V1).script());
        assertThat(value("SELECT to_regclass('public.shelf')")).isEqualTo("null");

        files().migrations(V1, V2).apply(database.dataSource());
        assertThat(value("SELECT string_agg(books::text, ',') FROM afterimage.shelf"))
                .isEqualTo("2");
        assertThat(history()).isEqualTo("library 1 V1__shelf.sql, library 2 V2__shelf_owner.sql");
    }

    @Test
    void the_script_of_a_later_release_has_only_what_is_new() throws Exception {
        Sql.execute(database.dataSource(), files().migrations(V1).script());
        Sql.execute(database.dataSource(), files().migrations(V1, V2).script(1));

        assertThat(value("SELECT books FROM afterimage.shelf")).isEqualTo("2");
        files().migrations(V1, V2).requireFit(database.dataSource());
    }

    @Test
    void the_scripts_of_two_stores_can_follow_each_other_in_one_session() throws Exception {
        var other = new SqlFiles("cellar").with("V1__cask.sql", "CREATE TABLE cask (litres integer)");
        Sql.execute(
                database.dataSource(),
                files().migrations(V1).script()
                        + other.migrations("V1__cask.sql").script());

        other.migrations("V1__cask.sql").requireFit(database.dataSource());
    }

    /** As Flyway does with {@code defaultSchema = afterimage}. */
    @Test
    void files_that_another_tool_applied_are_adopted() throws Exception {
        Sql.execute(
                database.dataSource(),
                "CREATE SCHEMA afterimage; SET search_path TO afterimage; " + MAKE + ADD.replace("ADD", "ADD COLUMN"));

        files().with(V2, ADD.replace("ADD", "ADD COLUMN")).migrations(V1, V2).apply(database.dataSource());

        assertThat(value("SELECT string_agg(books::text, ',') FROM afterimage.shelf"))
                .isEqualTo("2");
        assertThat(history()).isEqualTo("library 1 V1__shelf.sql, library 2 V2__shelf_owner.sql");
    }

    @Test
    void a_file_that_was_applied_by_half_is_refused_by_what_is_there_and_what_is_not() throws Exception {
        Sql.execute(database.dataSource(), "CREATE SCHEMA afterimage; CREATE TABLE afterimage.shelf ()");
        var two = files().with(V1, MAKE + "CREATE TABLE IF NOT EXISTS afterimage.ladder (steps integer);");

        assertThatThrownBy(() -> two.migrations(V1).apply(database.dataSource()))
                .isInstanceOf(MigrationException.class)
                .hasMessage("library: V1__shelf.sql seems to be partly applied: table shelf is there and table ladder"
                        + " is not; finish it, or drop what is there");
    }

    @Test
    void a_table_that_is_gone_is_named_by_init_and_at_the_start_of_a_node() throws Exception {
        var library = files().migrations(V1, V2);
        library.apply(database.dataSource());
        library.requireFit(database.dataSource());
        Sql.execute(database.dataSource(), "DROP TABLE afterimage.shelf");

        for (var look : List.<ThrowingCallable>of(
                () -> library.apply(database.dataSource()), () -> library.requireFit(database.dataSource()))) {
            assertThatThrownBy(look)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageStartingWith(
                            "library: table shelf is gone from schema afterimage although schema_history"
                                    + " says that it was made: restore it from a backup;");
        }
    }

    @Test
    void a_table_that_a_later_file_drops_is_not_missed() throws Exception {
        var library = files().with("V3__no_shelf.sql", "DROP TABLE shelf;").migrations(V1, V2, "V3__no_shelf.sql");
        library.apply(database.dataSource());

        library.apply(database.dataSource());
        library.requireFit(database.dataSource());
    }

    @Test
    void a_role_that_may_create_nothing_applies_what_is_applied_already() throws Exception {
        files().migrations(V1).apply(database.dataSource());
        Sql.execute(
                database.dataSource(),
                "CREATE ROLE visitor; GRANT USAGE ON SCHEMA afterimage TO visitor;"
                        + "GRANT SELECT ON afterimage.schema_history TO visitor");
        try {
            files().migrations(V1)
                    .apply(DatabaseAddress.of(database.jdbcUrlFor("visitor")).dataSource("test"));
        } finally {
            Sql.execute(database.dataSource(), "DROP OWNED BY visitor; DROP ROLE visitor");
        }
    }

    @Test
    void a_file_that_is_not_named_as_flyway_names_it_is_refused() {
        var files = new SqlFiles("library").with("shelf.sql", MAKE);

        assertThatThrownBy(() -> files.migrations("shelf.sql"))
                .hasMessage("migration \"shelf.sql\" must be named like V1__outbox.sql");
    }

    private static SqlFiles files() {
        return new SqlFiles("library").with(V1, MAKE).with(V2, ADD);
    }

    private static String history() throws SQLException {
        return value("""
                SELECT string_agg(concat_ws(' ', store, version, file_name), ', ' ORDER BY store, version)
                FROM afterimage.schema_history""");
    }

    private static String value(String sql) throws SQLException {
        return Sql.value(database.dataSource(), sql);
    }
}

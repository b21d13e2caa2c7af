package dev.afterimage.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateTablesTest {

    @TempDir
    Path directory;

    private Path out;
    private Path sql;

    @BeforeEach
    void writeSql() throws IOException {
        out = directory.resolve("out");
        sql = Files.createDirectories(directory.resolve("sql"));
        write(
                "V1__orders.sql",
                "create table orders (id uuid primary key default uuidv7(), total numeric(12, 2) not null);");
        write("V10__views.sql", """
                create view open_orders as select id, placed_at from orders;
                create function ignored() returns int language sql as 'select 1';
                """);
        write("V2__more.sql", """
                create type status as enum ('open', 'shipped');
                alter table orders add placed_at timestamptz, add ship_by date, add details jsonb, add state status;
                create table history (at date not null, what text) partition by range (at);
                create table history_2026 partition of history for values from ('2026-01-01') to ('2027-01-01');
                """);
    }

    @Test
    void classes_are_generated_and_setters_chain() throws IOException {
        var run = generate();

        assertThat(run).isEqualTo(new Run(0, "jOOQ classes generated: 3 tables\n", ""));
        assertThat(out.resolve("com/shop/tables/Orders.java")).content().doesNotContain("@Generated", "@Deprecated");
        assertThat(out.resolve("com/shop/tables/records/OrdersRecord.java"))
                .content()
                .contains("public OrdersRecord setTotal(BigDecimal value)")
                .contains("public OrdersRecord setPlacedAt(OffsetDateTime value)")
                .contains("public OrdersRecord setShipBy(LocalDate value)")
                .contains("public OrdersRecord setDetails(JSONB value)");
        assertThat(out.resolve("com/shop/Tables.java"))
                .content()
                .contains("OPEN_ORDERS")
                .doesNotContain("2026");
        assertThat(out.resolve("com/shop/enums/Status.java")).exists();
        assertThat(out.resolve("com/shop/Routines.java")).doesNotExist();
    }

    @Test
    void a_second_run_finds_the_classes_up_to_date_until_something_changes() throws IOException {
        generate();
        assertThat(generate().out()).isEqualTo("jOOQ classes are up to date\n");

        Files.delete(out.resolve("com/shop/Tables.java"));
        assertThat(generate().out()).isEqualTo("jOOQ classes generated: 3 tables\n");

        var stranger = Files.writeString(out.resolve("com/shop/Handwritten.java"), "class Handwritten {}");
        write("V10__views.sql", "drop table history;");
        assertThat(generate().out()).isEqualTo("jOOQ classes generated: 1 tables\n");
        assertThat(out.resolve("com/shop/tables/History.java")).doesNotExist();
        assertThat(stranger).exists();
    }

    @Test
    void several_schemas_and_targets_are_generated_in_one_call() throws IOException {
        var second = Files.writeString(
                directory.resolve("second.sql"), "create table notes (order_id uuid references shop.orders);");
        var other = directory.resolve("other");

        var run = run(
                "--out",
                out.toString(),
                "--schema",
                "shop=com.shop=" + sql,
                "--schema",
                "extra=com.extra=" + second,
                "--out",
                other.toString(),
                "--schema",
                "shop=com.shop=" + sql);

        assertThat(run).isEqualTo(new Run(0, "jOOQ classes generated: 7 tables\n", ""));
        assertThat(out.resolve("com/extra/tables/Notes.java")).exists();
        assertThat(other.resolve("com/shop/tables/Orders.java")).exists();
    }

    @Test
    void bad_sql_is_reported_with_its_file_and_line_and_changes_nothing() throws IOException {
        generate();
        write("V3__bad.sql", """
                -- Umlauts count as one character: äöü
                create function f() returns int language plpgsql as $$ begin return 1; end $$;

                -- comment
                create table t (
                    id nonsense
                );
                """);

        var run = generate();

        assertThat(run.status()).isEqualTo(GenerateTables.FAILED);
        assertThat(run.err())
                .contains(sql.resolve("V3__bad.sql") + ":6: ")
                .contains("type \"nonsense\" does not exist (SQLSTATE 42704)");
        assertThat(run.out()).isEmpty();
        assertThat(out.resolve("com/shop/tables/Orders.java")).exists();
    }

    @Test
    void an_error_without_a_position_is_reported_with_the_line_of_its_statement() throws IOException {
        write("V3__bad.sql", "select 1;\n\n-- why\ndrop table\n  missing;\n");

        assertThat(generate().err()).contains("V3__bad.sql:4: ").contains("table \"missing\" does not exist");
    }

    @Test
    void wrong_arguments_are_answered_with_the_usage() {
        assertThat(run().err()).contains("--out is missing", "usage: GenerateTables");
        assertThat(run("--schema", "a=b=c").err()).contains("--schema a=b=c comes before any --out");
        assertThat(run("--out", "x").err()).contains("--out x has no --schema");
        assertThat(run("--out", "x", "--schema", "a=b").err()).contains("must be SCHEMA=PACKAGE=SQL, was 'a=b'");
        assertThat(run("--out", "x", "--schema").err()).contains("--schema has no value");
        assertThat(run("--out", "x", "--schema", "Shop=b=c").err()).contains("schema must match", "was 'Shop'");
        assertThat(run("--help", "x").status()).isEqualTo(GenerateTables.WRONG_ARGUMENTS);
    }

    @Test
    void a_directory_without_sql_is_named() {
        assertThat(run("--out", out.toString(), "--schema", "shop=com.shop=" + directory)
                        .err())
                .contains("schema shop: no *.sql in " + directory);
        assertThat(run("--out", out.toString(), "--schema", "shop=com.shop=" + directory.resolve("absent"))
                        .err())
                .contains("schema shop: cannot read " + directory.resolve("absent"));
    }

    private record Run(int status, String out, String err) {}

    private Run generate() {
        return run("--out", out.toString(), "--schema", "shop=com.shop=" + sql);
    }

    private static Run run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = GenerateTables.run(List.of(arguments), stream(out), stream(err));
        return new Run(status, text(out), text(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(sql.resolve(name), content);
    }
}

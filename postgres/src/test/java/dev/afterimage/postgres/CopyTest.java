package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CopyTest {

    private static final String COPY = "COPY note (place, text, more) FROM STDIN";

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        Sql.execute(
                database.dataSource(),
                "DROP TABLE IF EXISTS note; CREATE TABLE note (place bigint PRIMARY KEY, text text, more text)");
        connection = database.connect();
        connection.setAutoCommit(false);
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void every_value_arrives_as_it_was() throws Exception {
        var texts = Arrays.asList(
                "plain",
                "",
                null,
                "\\N",
                "\\.",
                "\\",
                "\\\\n",
                "\t",
                "a\tb\nc\rd\r\ne\\tf",
                "\b\f\u000b\u0001",
                "quote ' \" comma , brace {} dollar $1 percent %s",
                "ü ß 漢字 🎉 \u2028 e\u0301 \uFEFF",
                "trailing\\");

        assertThat(copied(texts)).isEqualTo(texts);
    }

    @Test
    void every_character_of_the_basic_plane_but_nul_arrives() throws Exception {
        var all = new StringBuilder();
        IntStream.rangeClosed(1, 0xFFFF).filter(c -> c < 0xD800 || c > 0xDFFF).forEach(all::appendCodePoint);

        assertThat(copied(List.of(all.toString()))).containsExactly(all.toString());
    }

    @Test
    void more_than_one_chunk_arrives_complete_and_in_order() throws Exception {
        List<@Nullable String> texts = IntStream.range(0, 3_000)
                .<@Nullable String>mapToObj(i -> "%d ü🎉\t%s".formatted(i, "x".repeat(i % 200)))
                .toList();

        assertThat(copied(texts)).isEqualTo(texts);
    }

    @Test
    void no_rows_are_no_rows() throws Exception {
        assertThat(copied(List.of())).isEmpty();
    }

    @Test
    void copied_rows_belong_to_the_callers_transaction() throws Exception {
        copy(List.of("a"));
        connection.rollback();

        assertThat(Sql.value(database.dataSource(), "SELECT count(*) FROM note"))
                .isEqualTo("0");
    }

    @Test
    void a_failure_while_rows_are_made_ends_the_copy_and_leaves_a_usable_connection() throws Exception {
        assertThatThrownBy(() -> Copy.rows(connection, COPY, List.of(1, 2), (row, item) -> {
                    if (item == 2) {
                        throw new IllegalStateException("cannot make it");
                    }
                    row.add(item).add("a").add("b");
                }))
                .hasMessage("cannot make it");
        connection.rollback();

        assertThat(copied(List.of("again"))).containsExactly("again");
    }

    @Test
    void a_row_that_the_table_refuses_fails_the_copy() {
        assertThatThrownBy(() -> Copy.rows(
                        connection,
                        COPY,
                        List.of(1, 1),
                        (row, item) -> row.add(item).add("a").add("b")))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
    }

    private record Typed(
            long number,
            int small,
            UUID id,
            @Nullable String text,
            @Nullable Instant at) {}

    private List<Typed> copiedInBinary(List<Typed> values) throws SQLException {
        Sql.execute(
                database.dataSource(),
                "DROP TABLE IF EXISTS typed; CREATE TABLE typed (number bigint, small integer, id uuid, text text, at timestamptz)");
        assertThat(Copy.binaryRows(
                        connection,
                        "COPY typed FROM STDIN (FORMAT binary)",
                        values,
                        (row, value) -> row.bigint(value.number())
                                .integer(value.small())
                                .uuid(value.id())
                                .text(value.text())
                                .timestamptz(value.at())))
                .isEqualTo(values.size());
        var found = new ArrayList<Typed>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT * FROM typed ORDER BY number")) {
            while (rows.next()) {
                var at = rows.getObject(5, OffsetDateTime.class);
                found.add(new Typed(
                        rows.getLong(1),
                        rows.getInt(2),
                        rows.getObject(3, UUID.class),
                        rows.getString(4),
                        at == null ? null : at.toInstant()));
            }
        }
        connection.commit();
        return found;
    }

    @Test
    void binary_values_arrive_as_they_were() throws Exception {
        var id = UUID.fromString("f47ac10b-58cc-4372-a567-0e02b2c3d479");
        var typed = List.of(
                new Typed(Long.MIN_VALUE, Integer.MIN_VALUE, id, "", Instant.parse("0001-01-01T00:00:00Z")),
                new Typed(-1, -1, new UUID(0, 0), null, null),
                new Typed(0, 0, new UUID(-1, -1), "\\N \t \n \\.", Instant.parse("1999-12-31T23:59:59.999999Z")),
                new Typed(1, 1, id, "ü ß 漢字 🎉 \u2028", Instant.parse("2000-01-01T00:00:00.000001Z")),
                new Typed(2, 2, id, "x".repeat(200_000), Instant.EPOCH),
                new Typed(Long.MAX_VALUE, Integer.MAX_VALUE, id, "end", Instant.parse("9999-12-31T23:59:59.999999Z")));

        assertThat(copiedInBinary(typed)).isEqualTo(typed);
        assertThat(copiedInBinary(List.of())).isEmpty();
    }

    @Test
    void more_than_one_binary_chunk_arrives_complete_and_in_order() throws Exception {
        var typed = IntStream.range(0, 3_000)
                .mapToObj(i ->
                        new Typed(i, i, new UUID(i, i), "%d ü🎉".formatted(i) + "x".repeat(i % 200), Instant.EPOCH))
                .toList();

        assertThat(copiedInBinary(typed)).isEqualTo(typed);
    }

    @Test
    void times_are_rounded_to_microseconds_as_the_server_rounds_texts() throws Exception {
        for (var text : List.of("2026-01-02T03:04:05.678901499Z", "1969-12-31T23:59:59.999999600Z")) {
            var found = copiedInBinary(List.of(new Typed(1, 1, new UUID(1, 1), null, Instant.parse(text))));

            assertThat(Sql.value(
                            database.dataSource(),
                            "SELECT '%s'::timestamptz = '%s'::timestamptz"
                                    .formatted(text, found.get(0).at())))
                    .isEqualTo("t");
        }
    }

    @Test
    void a_binary_value_of_another_type_is_refused() {
        assertThatThrownBy(() -> Copy.binaryRows(
                        connection,
                        "COPY note (place) FROM STDIN (FORMAT binary)",
                        List.of(1),
                        (row, item) -> row.uuid(new UUID(0, item))))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P03"));
    }

    private List<@Nullable String> copied(List<@Nullable String> texts) throws SQLException {
        assertThat(copy(texts)).isEqualTo(texts.size());
        var found = new ArrayList<@Nullable String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT text, more FROM note ORDER BY place")) {
            while (rows.next()) {
                found.add(rows.getString(1));
                assertThat(rows.getString(2)).isEqualTo("end");
            }
        }
        return found;
    }

    private long copy(List<@Nullable String> texts) throws SQLException {
        var places = IntStream.range(0, texts.size()).boxed().toList();
        return Copy.rows(
                connection,
                COPY,
                places,
                (row, place) -> row.add(place).add(texts.get(place)).add("end"));
    }
}

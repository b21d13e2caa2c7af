package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.InvalidCaptureException;
import dev.afterimage.domain.Metadata;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Noted;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedAppendTest {

    private static final int LIMIT = Outbox.MAX_PAYLOAD_BYTES;
    private static final int AROUND_TEXT = "{\"text\":\"\"}".length();

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;
    private Connection transaction;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
        transaction = rig.transaction();
    }

    /** Whatever was refused, the caller's transaction goes on and nothing of the append is in it. */
    @AfterEach
    void theCallersTransactionIsUsableAndEmpty() throws SQLException {
        try (var connection = transaction;
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM afterimage.outbox")) {
            rows.next();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    @Test
    void a_connection_in_auto_commit_is_told_to_leave_it() throws Exception {
        try (var connection = database.connect()) {
            assertRefused(() -> rig.outbox.append(connection, Order.class, "o-1", new Placed("ann")))
                    .hasMessageContaining("append to order o-1: the connection is in auto-commit mode")
                    .hasMessageContaining("call setAutoCommit(false), or append inside DSLContext.transaction(…)");
            assertRefused(() -> rig.outbox.appendExpecting(connection, Order.class, "o-1", 0, new Placed("ann")))
                    .hasMessageContaining("auto-commit");
        }
    }

    @Test
    void a_jooq_context_outside_a_transaction_is_told_to_open_one() {
        var jooq = DSL.using(database.dataSource(), SQLDialect.POSTGRES);

        assertRefused(() -> rig.outbox.append(jooq, Order.class, "o-1", new Placed("ann")))
                .hasMessageContaining("append inside DSLContext.transaction(…)");
        assertRefused(() -> rig.outbox.appendExpecting(jooq, Order.class, "o-1", 0, new Placed("ann")))
                .hasMessageContaining("append inside DSLContext.transaction(…)");
    }

    @Test
    void a_role_without_the_grants_of_a_writer_learns_where_they_are_listed() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE ROLE stranger");
            statement.execute("GRANT USAGE ON SCHEMA afterimage TO stranger");
            statement.execute("SET LOCAL ROLE stranger");
            assertRefused(() -> rig.outbox.append(connection, Order.class, "o-1", new Placed("ann")))
                    .hasMessageContaining("permission denied for table outbox_head")
                    .hasMessageContaining("GRANT the role what README.md lists under Grants for a writer");
            connection.rollback();
        }
    }

    @Test
    void a_class_that_is_not_captured_is_told_the_annotation() {
        assertThatThrownBy(() -> rig.outbox.append(transaction, String.class, "o-1", new Placed("ann")))
                .isInstanceOf(InvalidCaptureException.class)
                .hasMessageContaining("annotate it with @Captured");
    }

    @Test
    void an_event_of_another_family_is_refused_with_both_named_and_so_are_those_beside_it() {
        record Foreign() {}

        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1", new Placed("ann"), new Foreign()))
                .hasMessageContaining("Foreign is not an event of dev.afterimage.outbox.OutboxRig$OrderEvent");
    }

    @Test
    void an_append_of_no_events_is_refused() {
        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1"))
                .hasMessage("append to order o-1: no events were given: pass at least one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n"})
    void a_blank_id_is_refused(String id) {
        assertThatThrownBy(() -> rig.outbox.append(transaction, Order.class, id, new Placed("ann")))
                .hasMessageContaining(
                        "id of order must be 1..200 characters without NUL and lone surrogates, was blank");
    }

    @Test
    void an_id_of_more_than_200_characters_is_refused() {
        assertThatThrownBy(() -> rig.outbox.append(transaction, Order.class, "x".repeat(201), new Placed("ann")))
                .hasMessageContaining("was 201 characters");
    }

    /** In UTF-8 both would be "order ?". */
    @Test
    void an_id_with_half_of_a_surrogate_pair_is_refused_because_it_would_merge_two_aggregates() {
        for (var id : List.of("\ud800", "\udc00")) {
            assertThatThrownBy(() -> rig.outbox.append(transaction, Order.class, id, new Placed("ann")))
                    .hasMessageContaining("with half of a surrogate pair");
        }
    }

    @Test
    void half_of_a_surrogate_pair_in_an_event_is_refused() {
        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1", new Noted("\ud83c")))
                .hasMessage(
                        "append to order o-1: a text in noted has half of a surrogate pair, which no store can keep: cut texts between characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-12-31T23:59:59.999999999Z", "+10000-01-01T00:00:00Z"})
    void a_clock_outside_of_the_years_1_to_9999_is_refused(String time) {
        var outbox = rig.outbox.withClock(InstantSource.fixed(Instant.parse(time)));

        assertRefused(() -> outbox.append(transaction, Order.class, "o-1", new Placed("ann")))
                .hasMessageContaining("occurredAt must be in the years 1 to 9999 (UTC) and the clock says")
                .hasMessageContaining("see Outbox.withClock");
        assertRefused(() -> outbox.append(transaction, Changes.of(Order.class, "o-1", new Placed("ann"))))
                .hasMessageContaining("occurredAt must be");
    }

    @Test
    void the_first_and_the_last_moment_that_are_allowed_are_recorded() throws Exception {
        for (var time : List.of("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z")) {
            rig.outbox
                    .withClock(InstantSource.fixed(Instant.parse(time)))
                    .append(transaction, Order.class, "o-1", new Placed("ann"));
        }
        transaction.rollback();
    }

    @Test
    void an_event_that_is_null_is_refused_with_its_place() {
        var events = Arrays.asList(new Placed("ann"), null);

        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1", events))
                .hasMessage("append to order o-1: event 2 of 2 is null");
    }

    @Test
    void an_empty_list_is_refused_as_no_events() {
        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1", List.of()))
                .hasMessageContaining("no events were given");
    }

    @Test
    void a_negative_expectation_is_refused() {
        assertThatThrownBy(() -> rig.outbox.appendExpecting(transaction, Order.class, "o-1", -1, new Placed("ann")))
                .hasMessage("expected sequence must be 0 or more, was -1");
    }

    @Test
    void a_payload_one_byte_over_the_limit_is_refused_with_its_size_and_what_to_do() {
        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1", note("x", LIMIT - AROUND_TEXT + 1)))
                .hasMessage(
                        "append to order o-1: payload of noted is 1,048,577 bytes and the limit is 1,048,576: store the large part elsewhere and record a reference to it");
    }

    @Test
    void the_limit_counts_bytes_and_not_characters() {
        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1", note("ü", LIMIT / 2)))
                .hasMessageContaining("payload of noted is 1,048,587 bytes");
        assertRefused(() -> rig.outbox.append(transaction, Order.class, "o-1", note("漢", LIMIT / 3)))
                .hasMessageContaining("payload of noted is 1,048,586 bytes");
    }

    @Test
    void a_payload_at_the_limit_is_recorded() throws Exception {
        rig.outbox.append(transaction, Order.class, "o-1", note("x", LIMIT - AROUND_TEXT));
        rig.outbox.append(transaction, Order.class, "o-1", note("ü", (LIMIT - AROUND_TEXT) / 2));
        transaction.rollback();
    }

    private static Noted note(String character, int times) {
        return new Noted(character.repeat(times));
    }

    @Test
    void metadata_over_its_limit_fails_the_append() throws Exception {
        var outbox = rig.outbox.withMetadata(Metadata.of("a", "x".repeat(16_384)));

        assertRefused(() -> outbox.append(transaction, Order.class, "o-1", new Placed("ann")))
                .hasMessageContaining("metadata_at_most_16_kib");
        transaction.rollback();
    }

    /** PostgreSQL's details quote the row, and a row may hold personal data. */
    @Test
    void the_message_of_a_failed_statement_has_nothing_of_the_row() throws Exception {
        var outbox = rig.outbox.withMetadata(Metadata.of("a", "x".repeat(16_384)));

        assertRefused(() -> outbox.append(transaction, Order.class, "o-1", new Placed("ann@example.com")))
                .hasMessageContaining("the statement failed: ERROR: new row for relation \"outbox\" violates check")
                .hasMessageNotContainingAny("ann@example.com", "xxx");
        transaction.rollback();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payload_at_most_1_mib|payload|('\"' || repeat('x', 1048575) || '\"')::json",
                "metadata_at_most_16_kib|metadata|('\"' || repeat('x', 16384) || '\"')::json",
                "aggregate_type_in_kebab_case|aggregate_type|'Order'",
                "aggregate_id_not_blank|aggregate_id|''",
                "aggregate_id_not_blank|aggregate_id|E'\\u2003\\t'",
                "aggregate_id_of_1_to_200_characters|aggregate_id|repeat('x', 201)",
                "event_name_in_kebab_case|event_name|'order_placed'",
                "outbox_sequence_check|sequence|0",
                "outbox_event_version_check|event_version|0",
                "metadata_is_an_object_of_strings_each_key_once|metadata|'[1]'",
                "metadata_is_an_object_of_strings_each_key_once|metadata|'null'",
                "metadata_is_an_object_of_strings_each_key_once|metadata|'{\"a\":1}'",
                "metadata_is_an_object_of_strings_each_key_once|metadata|'{\"a\":\"1\",\"a\":\"2\"}'",
                "occurred_at_in_years_1_to_9999|occurred_at|'infinity'",
                "occurred_at_in_years_1_to_9999|occurred_at|'10000-01-01 00:00:00+00'",
            })
    void the_table_refuses_by_itself_what_sql_would_sneak_past_the_library(String row) {
        var parts = row.split("\\|", 3);
        assertThatThrownBy(() -> rig.execute(insertWith(parts[1], parts[2]))).hasMessageContaining(parts[0]);
    }

    /** A valid row but for one value, which is an SQL expression. */
    private static String insertWith(String column, String value) {
        var row = new TreeMap<>(Map.of(
                "event_id", "gen_random_uuid()",
                "aggregate_type", "'order'",
                "aggregate_id", "'o-1'",
                "sequence", "1",
                "event_name", "'placed'",
                "event_version", "1",
                "payload", "'{}'",
                "metadata", "'{}'",
                "occurred_at", "now()"));
        row.put(column, value);
        return "INSERT INTO afterimage.outbox (%s) VALUES (%s)"
                .formatted(String.join(", ", row.keySet()), String.join(", ", row.values()));
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable append) {
        return assertThatThrownBy(append)
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.aggregate()).hasToString("order o-1"));
    }
}

package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Closed;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Opened;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.projector.AccountEvent.Viewed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RowFoldTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Folds the events in one batch. */
    private void foldTogether(AccountEvent... events) {
        rig.append(events);
        rig.fold(Accounts.projection());
    }

    /** Folds each event in a transaction of its own. */
    private void foldOneByOne(AccountEvent... events) {
        rig.append(events);
        var step = rig.stepping(Accounts.projection());
        ProjectorRig.toTheHead(step, 1);
    }

    @Test
    void a_row_comes_into_being_with_the_columns_defaults_when_its_first_event_sets_something() {
        foldTogether(new Deposited("a1", "7.50"));

        assertThat(rig.rowsOf("account")).containsExactly("(a1,,7.50,1,new)");
    }

    @Test
    void later_events_change_the_row_in_the_order_of_the_log() {
        foldTogether(
                new Opened("a1", "ada"),
                new Renamed("a1", "first"),
                new Deposited("a1", "10"),
                new Renamed("a1", "second"));
        foldOneByOne(new Deposited("a1", "-2.5"), new Renamed("a1", "third"), new Renamed("a1", "last"));

        assertThat(rig.accounts()).containsExactly("(a1,ada,7.5,3,last)", "(ada,1,7.5)");
        assertThat(rig.position("accounts")).isEqualTo(7);
    }

    @Test
    void a_handler_that_returns_null_deletes_the_row() {
        foldOneByOne(new Deposited("a1", "1"), new Deposited("a2", "2"), new Closed("a1"));

        assertThat(rig.rowsOf("account")).containsExactly("(a2,,2,1,new)");
    }

    @Test
    void deleting_a_row_that_is_not_there_is_fine() {
        foldTogether(new Closed("a1"));
        foldOneByOne(new Closed("a1"), new Closed("a1"));

        assertThat(rig.rowsOf("account")).isEmpty();
    }

    @Test
    void a_row_made_and_deleted_in_one_batch_leaves_nothing() {
        foldTogether(new Deposited("a1", "1"), new Renamed("a1", "gone soon"), new Closed("a1"));

        assertThat(rig.rowsOf("account")).isEmpty();
    }

    @Test
    void a_row_deleted_and_made_again_in_one_batch_starts_from_the_defaults() {
        foldTogether(new Opened("a1", "ada"), new Deposited("a1", "5"), new Renamed("a1", "old"));

        foldTogether(new Closed("a1"), new Deposited("a1", "2"));

        assertThat(rig.rowsOf("account")).containsExactly("(a1,,2,1,new)");
    }

    @Test
    void a_row_made_deleted_and_made_again_in_one_batch_is_the_last_one() {
        foldTogether(
                new Renamed("a1", "first"),
                new Closed("a1"),
                new Deposited("a1", "1"),
                new Closed("a1"),
                new Deposited("a1", "3"));

        assertThat(rig.rowsOf("account")).containsExactly("(a1,,3,1,new)");
    }

    @Test
    void a_row_deleted_in_one_batch_and_made_again_in_a_later_one_starts_from_the_defaults() {
        foldOneByOne(new Opened("a1", "ada"), new Deposited("a1", "5"), new Closed("a1"), new Deposited("a1", "2"));

        assertThat(rig.accounts()).containsExactly("(a1,,2,1,new)", "(ada,0,0)");
    }

    @Test
    void a_row_deleted_made_again_and_deleted_in_one_batch_is_gone() {
        foldTogether(new Deposited("a1", "5"));

        foldTogether(new Closed("a1"), new Deposited("a1", "2"), new Closed("a1"));

        assertThat(rig.rowsOf("account")).isEmpty();
    }

    @Test
    void an_event_whose_handler_sets_nothing_makes_no_row() {
        foldTogether(new Viewed("a1"), new Viewed("a2"), new Deposited("a2", "1"));
        foldOneByOne(new Viewed("a3"));

        assertThat(rig.rowsOf("account")).containsExactly("(a2,,1,1,new)");
        assertThat(rig.position("accounts")).isEqualTo(4);
    }

    @Test
    void an_event_that_sets_what_is_the_default_anyway_makes_the_row() {
        foldTogether(new Renamed("a1", "new"));

        assertThat(rig.rowsOf("account")).containsExactly("(a1,,0,0,new)");
    }

    @Test
    void events_that_the_projection_does_not_handle_only_move_the_checkpoint() {
        rig.append(new StockEvent.Counted("nut", 5), new Deposited("a1", "1"), new StockEvent.Counted("bolt", 6));

        rig.fold(Accounts.projection());

        assertThat(rig.accounts()).containsExactly("(a1,,1,1,new)");
        assertThat(rig.position("accounts")).isEqualTo(3);
    }

    @Test
    void a_projection_of_one_record_gets_only_that_one() {
        var renames = Projection.of("accounts", 1)
                .rows(AccountTable.ACCOUNT)
                .and(OwnerTable.OWNER)
                .on(
                        Renamed.class,
                        Renamed::account,
                        (row, event, context) -> row.with(AccountTable.ACCOUNT.status, event.status()))
                .build();
        rig.append(new Deposited("a1", "1"), new Renamed("a2", "named"), new Closed("a2"));

        rig.fold(renames);

        assertThat(rig.rowsOf("account")).containsExactly("(a2,,0,0,named)");
    }

    @Test
    void a_handler_sees_the_envelope_and_the_position() {
        var notes = Projection.of("accounts", 1)
                .rows(AccountTable.ACCOUNT)
                .and(OwnerTable.OWNER)
                .on(
                        AccountEvent.class,
                        AccountEvent::account,
                        (row, event, context) -> row.with(
                                AccountTable.ACCOUNT.status,
                                "%s %s %s %s at %s"
                                        .formatted(
                                                context.recorded().type(),
                                                context.recorded().aggregate(),
                                                context.recorded().metadata().pairs(),
                                                context.recorded().occurredAt(),
                                                context.position())))
                .build();
        rig.append(new Viewed("a1"), new Renamed("a1", "x"));

        rig.fold(notes);

        assertThat(rig.rowsOf("account"))
                .containsExactly("(a1,,0,0,\"renamed v2 account a1 {by=test} 2026-03-04T05:06:07.890123Z at 2\")");
    }
}

package dev.afterimage.projector;

import static dev.afterimage.projector.AccountTable.ACCOUNT;
import static dev.afterimage.projector.OwnerTable.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Closed;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Opened;
import dev.afterimage.projector.AccountEvent.Transferred;
import dev.afterimage.projector.fold.EventFailedException;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherRowsTest {

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

    /** The same functions without saying beforehand which other rows they will look at. */
    private static Projection unannounced() {
        return Projection.of("accounts", 1)
                .rows(ACCOUNT)
                .and(OWNER)
                .on(AccountEvent.class, AccountEvent::account, Accounts::fold)
                .build();
    }

    private void foldEach(Projection projection, int batch, int keptRows, AccountEvent... events) {
        rig.append(events);
        var step = rig.stepping(projection, keptRows);
        ProjectorRig.toTheHead(step, batch);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void an_event_sees_what_an_earlier_one_did_to_another_row(int batch) {
        foldEach(
                Accounts.projection(),
                batch,
                0,
                new Transferred("a1", "a2", BigDecimal.ONE),
                new Opened("a1", "ada"),
                new Opened("a2", "bob"),
                new Transferred("a1", "a2", BigDecimal.TEN),
                new Closed("a2"),
                new Transferred("a1", "a2", new BigDecimal("100")));

        assertThat(rig.accounts()).containsExactly("(a1,ada,-10,2,open)", "(ada,1,-10)", "(bob,0,0)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100})
    void rows_that_were_not_announced_are_loaded_on_their_own(int batch) {
        var events = AccountsModel.randomEvents(5, 60, 4);
        rig.append(events);
        var step = rig.stepping(unannounced(), 0);
        ProjectorRig.toTheHead(step, batch);

        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void announced_rows_are_loaded_together() {
        var events = AccountsModel.randomEvents(6, 400, 60);
        rig.append(events);
        rig.append(events);
        var announced = rig.stepping(Accounts.projection(), 0);
        announced.step(400);
        long before = rig.dataSource.statements();
        announced.step(400);
        long together = rig.dataSource.statements() - before;
        rig.close();

        rig = new ProjectorRig(database);
        rig.append(events);
        rig.append(events);
        var alone = rig.stepping(unannounced(), 0);
        alone.step(400);
        before = rig.dataSource.statements();
        alone.step(400);

        assertThat(together).isLessThanOrEqualTo(10);
        assertThat(rig.dataSource.statements() - before).isGreaterThan(together + 10);
    }

    @Test
    void a_row_that_a_column_names_is_loaded_together_with_the_others() {
        var opened = new AccountEvent[40];
        var deposited = new AccountEvent[40];
        for (int i = 0; i < 40; i++) {
            opened[i] = new Opened("a" + i, "o" + i);
            deposited[i] = new Deposited("a" + i, "1");
        }
        rig.append(opened);
        rig.append(deposited);
        var step = rig.stepping(Accounts.projection(), 0);
        step.step(40);
        long before = rig.dataSource.statements();

        step.step(40);

        assertThat(rig.dataSource.statements() - before)
                .as("settings, fence, accounts, owners, two updates")
                .isEqualTo(6);
        assertThat(rig.rowsOf("owner")).hasSize(40).allMatch(row -> row.endsWith(",1,1)"));
    }

    @Test
    void looking_at_a_row_that_is_not_there_makes_none() {
        var projection = Projection.of("accounts", 1)
                .rows(ACCOUNT)
                .and(OWNER)
                .on(AccountEvent.class, AccountEvent::account, (row, event, context) -> {
                    assertThat(context.find(OWNER, "nobody")).isNull();
                    assertThat(context.row(OWNER, "somebody").get(OWNER.accounts))
                            .isZero();
                    assertThat(context.find(OWNER, "somebody")).isNull();
                    return row;
                })
                .build();
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"));

        rig.fold(projection);

        assertThat(rig.accounts()).isEmpty();
    }

    @Test
    void a_table_of_another_projection_is_refused() {
        var projection = Projection.of("accounts", 1)
                .rows(ACCOUNT)
                .and(OWNER)
                .on(AccountEvent.class, AccountEvent::account, (row, event, context) -> {
                    context.find(TallyTable.TALLY, "x");
                    return row;
                })
                .build();
        rig.append(new Deposited("a1", "1"));

        assertThatThrownBy(() -> rig.fold(projection))
                .isInstanceOf(EventFailedException.class)
                .hasMessageContaining("table tally is not one of this projection's: declare it with rows(…) or and(…)");
    }

    @Test
    void two_rules_for_one_event_run_in_the_order_in_which_they_were_declared() {
        var projection = Projection.of("accounts", 1)
                .rows(ACCOUNT)
                .and(OWNER)
                .on(Opened.class, Opened::account, (row, event, context) -> row.with(ACCOUNT.owner, event.owner()))
                .on(
                        OWNER,
                        Opened.class,
                        Opened::owner,
                        (row, event, context) ->
                                row.with(OWNER.accounts, context.find(ACCOUNT, event.account()) == null ? -1 : 1))
                .on(
                        AccountEvent.class,
                        AccountEvent::account,
                        (row, event, context) -> row.with(ACCOUNT.status, row.get(ACCOUNT.owner) + " was first"))
                .build();
        rig.append(new Opened("a1", "ada"));

        rig.fold(projection);

        assertThat(rig.accounts()).containsExactly("(a1,ada,0,0,\"ada was first\")", "(ada,1,0)");
    }
}

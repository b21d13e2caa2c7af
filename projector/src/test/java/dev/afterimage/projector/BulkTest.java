package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Closed;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Opened;
import dev.afterimage.projector.step.ProjectionStep;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkTest {

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

    /** Two events for each of {@code rows} rows: half of the rows are made, some changed, some deleted. */
    private static List<AccountEvent> events(int rows) {
        var events = new ArrayList<AccountEvent>();
        for (int i = 0; i < rows; i++) {
            var account = "a" + i;
            events.add(i % 4 == 0 ? new Closed(account) : new Opened(account, "o" + i % 7));
            events.add(i % 4 == 0 ? new Closed(account) : new Deposited(account, "1.5"));
        }
        return events;
    }

    private long statementsOf(ProjectionStep step, int rows) {
        var existing = new ArrayList<AccountEvent>();
        for (int i = 0; i < rows / 2; i++) {
            existing.add(new Opened("a" + i, "o"));
        }
        rig.append(existing);
        ProjectorRig.toTheHead(step, 10_000);
        rig.append(events(rows));
        long before = rig.statements();
        assertThat(step.step(2 * rows)).isEqualTo(2 * rows);
        return rig.statements() - before;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000})
    void the_number_of_statements_does_not_grow_with_the_batch(int keptRows) {
        long few = statementsOf(rig.stepping(Accounts.projection(), keptRows), 10);
        rig.close();
        rig = new ProjectorRig(database);
        long many = statementsOf(rig.stepping(Accounts.projection(), keptRows), 1_000);

        // Two tables: fence, load of accounts and owners, delete, two updates, insert or copy; reading the log; and the
        // settings of both transactions.
        assertThat(many).isLessThanOrEqualTo(few + 1).isLessThanOrEqualTo(13);
    }

    @Test
    void a_thousand_events_over_five_hundred_rows_of_one_table_take_few_statements() {
        rig.append(events(500));
        var step = rig.stepping(Accounts.projection(), 0);
        step.step(500);
        long before = rig.dataSource.statements();

        assertThat(step.step(500)).isEqualTo(500);

        assertThat(rig.dataSource.statements() - before).isLessThanOrEqualTo(8);
    }

    @Test
    void rows_in_memory_are_not_loaded_again() {
        rig.append(events(100));
        rig.append(events(100));
        var step = rig.stepping(Accounts.projection());
        step.step(200);
        long before = rig.dataSource.statements();

        step.step(200);

        // fence, insert, update, delete of accounts and update of owners; nothing is loaded
        assertThat(rig.dataSource.statements() - before).isLessThanOrEqualTo(5);
    }

    @Test
    void a_batch_that_changes_nothing_sends_only_its_settings_and_the_fence() {
        rig.append(new Deposited("a1", "1"));
        var step = rig.stepping(Accounts.projection());
        step.step(10);
        rig.append(new AccountEvent.Viewed("a1"), new StockEvent.Counted("nut", 1));
        long before = rig.dataSource.statements();

        step.step(10);

        assertThat(rig.dataSource.statements() - before).isEqualTo(2);
        assertThat(rig.position("accounts")).isEqualTo(3);
    }
}

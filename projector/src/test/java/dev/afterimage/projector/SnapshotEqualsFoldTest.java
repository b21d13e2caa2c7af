package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any consistent snapshot of checkpoint and rows equals the fold of the log up to the checkpoint. */
class SnapshotEqualsFoldTest {

    private static final int RANDOM = 0;

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

    private static IntSupplier batches(int size, long seed) {
        var random = new Random(seed);
        return () -> size == RANDOM ? 1 + random.nextInt(40) : size;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0",
        "1, 3",
        "1, 10000",
        "2, 0",
        "2, 3",
        "3, 3",
        "3, 10000",
        "7, 0",
        "7, 3",
        "7, 10000",
        "1000, 0",
        "1000, 3",
        "1000, 10000",
        "0, 0",
        "0, 3",
        "0, 10000"
    })
    void the_tables_are_the_same_for_every_way_of_cutting_the_log(int batch, int keptRows) {
        for (long seed = 1; seed <= 2; seed++) {
            var events = AccountsModel.randomEvents(seed, 300, 8);
            rig.append(events);
            var step = rig.stepping(Accounts.projection(), keptRows);
            var next = batches(batch, seed);
            while (step.position().isBefore(rig.log.whole().head())) {
                step.step(next.getAsInt());
            }

            assertThat(rig.accounts()).as("seed %d", seed).isEqualTo(AccountsModel.after(events));
            rig.close();
            rig = new ProjectorRig(database);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 1_000})
    void many_rows_come_to_the_same_by_copy_insert_update_and_delete(int keptRows) {
        var events = AccountsModel.randomEvents(9, 3_000, 400);
        rig.append(events);
        var step = rig.stepping(Accounts.projection(), keptRows);
        ProjectorRig.toTheHead(step, 700);

        assertThat(rig.accounts()).hasSizeGreaterThan(300).isEqualTo(AccountsModel.after(events));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 10_000})
    void a_projector_that_starts_over_and_over_comes_to_the_same(int keptRows) {
        var events = AccountsModel.randomEvents(11, 200, 8);
        rig.append(events);
        var random = new Random(11);
        int folded = 0;
        while (folded < events.size()) {
            folded += rig.stepping(Accounts.projection(), keptRows).step(1 + random.nextInt(9));
        }

        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void every_snapshot_that_a_reader_takes_during_live_folding_is_the_fold_up_to_its_checkpoint() throws Exception {
        var events = AccountsModel.randomEvents(13, 1_500, 8);
        var states = statesOf(events);
        var projector = rig.start(ProjectorRig.SETTINGS.withLiveBatch(7).withKeptRows(3), Accounts.projection());
        try (var reader = Executors.newSingleThreadExecutor();
                var connection = database.connect()) {
            var snapshots = reader.submit(reading(DSL.using(connection, SQLDialect.POSTGRES), states));
            for (int from = 0; from < events.size(); from += 30) {
                rig.append(events.subList(from, from + 30));
            }
            rig.drain(projector, "accounts");

            assertThat(snapshots.get(2, TimeUnit.MINUTES)).isGreaterThan(10);
        }
    }

    /** The rows after each event; the first are those of an empty log. */
    private static List<List<String>> statesOf(List<AccountEvent> events) {
        var model = new AccountsModel();
        var states = new ArrayList<List<String>>();
        states.add(model.rows());
        for (var event : events) {
            model.apply(event);
            states.add(model.rows());
        }
        return states;
    }

    /** Takes snapshots until one has everything, and returns at how many different positions. */
    private static Callable<Integer> reading(DSLContext sql, List<List<String>> states) {
        return () -> {
            int last = -1;
            int different = 0;
            while (last < states.size() - 1) {
                int at = sql.transactionResult(transaction -> {
                    var snapshot = transaction.dsl();
                    snapshot.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                    int position =
                            Objects.requireNonNull(snapshot.resultQuery("SELECT position FROM afterimage.checkpoint")
                                    .fetchSingle(0, Integer.class));
                    var rows = snapshot.resultQuery("SELECT t::text FROM app.account t ORDER BY account")
                            .fetchInto(String.class);
                    rows.addAll(snapshot.resultQuery("SELECT t::text FROM app.owner t ORDER BY owner")
                            .fetchInto(String.class));
                    assertThat(rows).as("at position %d", position).isEqualTo(states.get(position));
                    return position;
                });
                assertThat(at).isGreaterThanOrEqualTo(last);
                different += at == last ? 0 : 1;
                last = at;
            }
            return different;
        };
    }
}

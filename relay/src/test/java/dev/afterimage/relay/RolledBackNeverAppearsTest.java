package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RolledBackNeverAppearsTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
        rig.streaming();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void a_transaction_that_rolls_back_never_appears() throws Exception {
        try (var transaction = rig.transaction()) {
            rig.append(transaction, "a", "rolled back", 1);
            rig.append(transaction, "b", "rolled back", 2);
            transaction.rollback();
            rig.append(transaction, "a", "kept", 1);
            transaction.commit();
        }

        assertThat(rig.payloadsOf(1)).containsExactly("kept 1");
    }

    @Test
    void what_is_rolled_back_to_a_savepoint_never_appears_and_leaves_no_gap() throws Exception {
        try (var transaction = rig.transaction()) {
            rig.append(transaction, "a", "kept", 1);
            var outer = transaction.setSavepoint();
            rig.append(transaction, "a", "rolled back", 2);
            var inner = transaction.setSavepoint();
            rig.append(transaction, "a", "rolled back", 3);
            transaction.releaseSavepoint(inner);
            transaction.rollback(outer);
            rig.append(transaction, "a", "kept", 2);
            transaction.commit();
        }

        assertThat(rig.payloadsOf(2)).containsExactly("kept 1", "kept 2");
        assertThat(rig.logOf(2)).extracting(logged -> logged.event().sequence()).containsExactly(1L, 2L);
    }

    @Test
    void a_transaction_whose_commit_a_deferred_constraint_refuses_never_appears() throws Exception {
        rig.execute(
                "CREATE TABLE once (id integer CONSTRAINT only_once UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO once VALUES (1)");
        try (var transaction = rig.transaction()) {
            rig.append(transaction, "a", "refused", 1);
            transaction.createStatement().execute("INSERT INTO once VALUES (1)");
            assertThatThrownBy(transaction::commit).hasMessageContaining("only_once");
        }
        rig.append("a", "kept", 1);

        assertThat(rig.payloadsOf(1)).containsExactly("kept 1");
    }

    @Test
    void a_transaction_whose_connection_dies_never_appears() throws Exception {
        try (var transaction = rig.transaction()) {
            rig.append(transaction, "a", "dead", 1);
            rig.execute("SELECT pg_terminate_backend(%s, 5000)".formatted(pid(transaction)));
        }
        rig.append("a", "kept", 1);

        assertThat(rig.payloadsOf(1)).containsExactly("kept 1");
    }

    private static int pid(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}

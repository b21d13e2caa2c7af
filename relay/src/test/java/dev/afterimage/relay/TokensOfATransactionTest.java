package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.Changes;
import dev.afterimage.relay.RelayRig.Counter;
import dev.afterimage.relay.RelayRig.CounterEvent.Counted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TokensOfATransactionTest {

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
    void of_two_tokens_of_a_transaction_the_later_covers_all_that_was_appended_before_it() throws Exception {
        try (var transaction = rig.transaction()) {
            var first = rig.outbox.append(transaction, Counter.class, "z", new Counted("first", 1));
            rig.append("other", "committed between", 1);
            var second = rig.outbox.append(
                    transaction,
                    Changes.of(Counter.class, "b", new Counted("second", 1), new Counted("second", 2))
                            .and(Counter.class, "a", new Counted("second", 3)));
            var third = rig.outbox.append(transaction, Counter.class, "a", new Counted("third", 1));
            transaction.commit();

            assertThat(rig.payloadsOf(6))
                    .containsExactly("committed between 1", "first 1", "second 1", "second 2", "second 3", "third 1");
            assertThat(positionOf(first.token())).isEqualTo(new Position(2));
            assertThat(positionOf(second.token())).isEqualTo(new Position(5));
            assertThat(positionOf(third.token())).isEqualTo(new Position(6));
        }
    }

    private Position positionOf(CommitToken token) {
        return rig.log.whole().positionOf(token.lastEvent()).orElseThrow();
    }
}

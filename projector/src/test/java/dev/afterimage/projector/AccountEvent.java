package dev.afterimage.projector;

import dev.afterimage.domain.Captured;
import dev.afterimage.domain.EventName;
import java.math.BigDecimal;

/** What happens to accounts: enough to change a row, to change another one, to delete one and to change nothing. */
sealed interface AccountEvent extends TestEvent {

    String account();

    @Override
    default String id() {
        return account();
    }

    record Opened(String account, String owner) implements AccountEvent {}

    record Deposited(String account, BigDecimal amount) implements AccountEvent {

        Deposited(String account, String amount) {
            this(account, new BigDecimal(amount));
        }
    }

    /** Nothing happens unless there is an account to receive it. */
    record Transferred(String account, String to, BigDecimal amount) implements AccountEvent {}

    @EventName(version = 2)
    record Renamed(String account, String status) implements AccountEvent {}

    record Closed(String account) implements AccountEvent {}

    record Viewed(String account) implements AccountEvent {}

    /** Whose events these are. */
    @Captured(events = AccountEvent.class)
    final class Account {
        private Account() {}
    }
}

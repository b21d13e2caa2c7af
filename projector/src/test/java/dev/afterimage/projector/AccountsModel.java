package dev.afterimage.projector;

import dev.afterimage.projector.AccountEvent.Closed;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Opened;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.projector.AccountEvent.Transferred;
import dev.afterimage.projector.AccountEvent.Viewed;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@link Accounts} must come to, folded one event after the other over plain maps. */
final class AccountsModel {

    private record AccountState(@Nullable String owner, BigDecimal balance, int entries, String status) {

        static final AccountState NEW = new AccountState(null, BigDecimal.ZERO, 0, "new");

        AccountState deposited(BigDecimal amount) {
            return new AccountState(owner, balance.add(amount), entries + 1, status);
        }
    }

    private record OwnerState(int accounts, BigDecimal balance) {

        OwnerState plus(int more, BigDecimal amount) {
            return new OwnerState(accounts + more, balance.add(amount));
        }
    }

    private final Map<String, AccountState> accounts = new TreeMap<>();
    private final Map<String, OwnerState> owners = new TreeMap<>();

    static List<String> after(List<? extends AccountEvent> events) {
        var model = new AccountsModel();
        events.forEach(model::apply);
        return model.rows();
    }

    void apply(AccountEvent event) {
        var state = accounts.getOrDefault(event.account(), AccountState.NEW);
        switch (event) {
            case Opened opened -> {
                leaveOwner(state);
                addToOwner(opened.owner(), 1, state.balance());
                accounts.put(
                        event.account(),
                        new AccountState(opened.owner(), state.balance(), state.entries() + 1, "open"));
            }
            case Deposited deposited -> deposit(event.account(), deposited.amount());
            case Transferred transferred -> {
                if (accounts.containsKey(transferred.to())) {
                    deposit(transferred.to(), transferred.amount());
                    deposit(event.account(), transferred.amount().negate());
                }
            }
            case Renamed renamed ->
                accounts.put(
                        event.account(),
                        new AccountState(state.owner(), state.balance(), state.entries(), renamed.status()));
            case Closed closed -> {
                leaveOwner(state);
                accounts.remove(event.account());
            }
            case Viewed viewed -> {}
        }
    }

    private void deposit(String account, BigDecimal amount) {
        var state = accounts.getOrDefault(account, AccountState.NEW);
        accounts.put(account, state.deposited(amount));
        if (state.owner() != null) {
            addToOwner(state.owner(), 0, amount);
        }
    }

    private void leaveOwner(AccountState state) {
        if (state.owner() != null) {
            addToOwner(state.owner(), -1, state.balance().negate());
        }
    }

    private void addToOwner(String owner, int more, BigDecimal amount) {
        owners.put(
                owner,
                owners.getOrDefault(owner, new OwnerState(0, BigDecimal.ZERO)).plus(more, amount));
    }

    /** Every row as PostgreSQL writes it, accounts first. */
    List<String> rows() {
        return Stream.concat(
                        accounts.entrySet().stream()
                                .map(entry -> "(%s,%s,%s,%d,%s)"
                                        .formatted(
                                                entry.getKey(),
                                                Objects.requireNonNullElse(
                                                        entry.getValue().owner(), ""),
                                                entry.getValue().balance().toPlainString(),
                                                entry.getValue().entries(),
                                                entry.getValue().status())),
                        owners.entrySet().stream()
                                .map(entry -> "(%s,%d,%s)"
                                        .formatted(
                                                entry.getKey(),
                                                entry.getValue().accounts(),
                                                entry.getValue().balance().toPlainString())))
                .toList();
    }

    /** Events of all kinds over few accounts, so that they meet often. */
    static List<AccountEvent> randomEvents(long seed, int count, int accounts) {
        var random = new Random(seed);
        var events = new ArrayList<AccountEvent>(count);
        for (int i = 0; i < count; i++) {
            events.add(randomEvent(random, accounts));
        }
        return events;
    }

    private static AccountEvent randomEvent(Random random, int accounts) {
        var account = "a" + random.nextInt(accounts);
        var amount = BigDecimal.valueOf(random.nextInt(100_000), random.nextInt(4));
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> new Opened(account, "o" + random.nextInt(accounts / 2 + 1));
            case 4, 5, 6, 7, 8, 9 -> new Deposited(account, amount);
            case 10, 11, 12, 13, 14 -> new Transferred(account, "a" + random.nextInt(accounts), amount);
            case 15 -> new Renamed(account, "called-" + random.nextInt(3));
            case 16, 17, 18 -> new Closed(account);
            default -> new Viewed(account);
        };
    }
}

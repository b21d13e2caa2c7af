package dev.afterimage.projector;

import static dev.afterimage.projector.AccountTable.ACCOUNT;
import static dev.afterimage.projector.OwnerTable.OWNER;

import dev.afterimage.projector.AccountEvent.Closed;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Opened;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.projector.AccountEvent.Transferred;
import dev.afterimage.projector.AccountEvent.Viewed;
import dev.afterimage.readmodels.ReadModelDefinition;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The projection that most tests run: accounts, and owners that follow from them. */
final class Accounts {

    private Accounts() {}

    static Projection projection() {
        return projection(1);
    }

    static Projection projection(int revision) {
        return Projection.of("accounts", revision)
                .rows(ACCOUNT)
                .and(OWNER)
                .on(AccountEvent.class, AccountEvent::account, Accounts::fold)
                .reads(Transferred.class, ACCOUNT, Transferred::to)
                .reads(Opened.class, OWNER, Opened::owner)
                .follows(ACCOUNT.owner, OWNER)
                .build();
    }

    /** The same functions over tables of another SQL. */
    static Projection withSql(Projection projection, int revision, String ddl) {
        var definition = projection.definition();
        return new Projection(
                new ReadModelDefinition(definition.projection(), revision, definition.tables(), ddl),
                projection.body());
    }

    static AccountTable.@Nullable Row fold(AccountTable.Row row, AccountEvent event, EventContext context) {
        return switch (event) {
            case Opened opened -> {
                leaveOwner(row, context);
                context.row(OWNER, opened.owner()).add(1, row.get(ACCOUNT.balance));
                yield row.entered().with(ACCOUNT.owner, opened.owner()).with(ACCOUNT.status, "open");
            }
            case Deposited deposited -> deposit(row, deposited.amount(), context);
            case Transferred transferred -> {
                var to = context.find(ACCOUNT, transferred.to());
                if (to != null) {
                    deposit(to, transferred.amount(), context);
                    deposit(row, transferred.amount().negate(), context);
                }
                yield row;
            }
            case Renamed renamed -> row.with(ACCOUNT.status, renamed.status());
            case Closed closed -> {
                leaveOwner(row, context);
                yield null;
            }
            case Viewed viewed -> row;
        };
    }

    private static AccountTable.Row deposit(AccountTable.Row row, BigDecimal amount, EventContext context) {
        var owner = row.get(ACCOUNT.owner);
        if (owner != null) {
            context.row(OWNER, owner).add(0, amount);
        }
        return row.entered().add(amount);
    }

    private static void leaveOwner(AccountTable.Row row, EventContext context) {
        var owner = row.get(ACCOUNT.owner);
        if (owner != null) {
            context.row(OWNER, owner).add(-1, row.get(ACCOUNT.balance).negate());
        }
    }
}

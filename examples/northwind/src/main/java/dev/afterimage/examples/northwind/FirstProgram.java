package dev.afterimage.examples.northwind;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES;

import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.sales.CustomerSales;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.projector.Projector;
import dev.afterimage.projector.ProjectorSettings;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.relay.Relay;
import dev.afterimage.relay.RelaySettings;
import dev.afterimage.relay.RelaySetup;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.time.Duration;
import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Everything at once: makes the tables, records an event and reads the row that it became. */
public final class FirstProgram {

    private FirstProgram() {}

    /** @param args the database's JDBC URL, with user and password */
    public static void main(String[] args) throws InterruptedException {
        var address = DatabaseAddress.of(args[0]);
        var pool = address.dataSource("first-program"); // a service passes its pool
        var settings = RelaySettings.defaults();
        PostgresEventLog.migrations().apply(pool);
        ReadModels.migrations().apply(pool);
        try (var log = PostgresEventLog.open(pool)) {
            new RelaySetup(address, log, settings).init();
            var readModels = ReadModels.open(pool, log.whole());
            var decoder = new EventDecoder(Northwind.catalog(), new JacksonEventCodec());
            var projections = List.of(CustomerSales.projection());
            try (var relay = new Relay(address, log, DebeziumChangeSource.of(address, settings), settings);
                    var projector =
                            new Projector(log, readModels, decoder, projections, ProjectorSettings.defaults())) {
                relay.start();
                projector.start();
                var ann = new Customer("ANN", "Ann's", "Reims", "France");
                var token = DSL.using(pool, SQLDialect.POSTGRES)
                        .transactionResult(tx -> Outbox.create()
                                .append(tx.dsl(), Customer.class, ann.id(), ann.registered())
                                .token());
                System.out.println(readModels.awaitCommit(token, Duration.ofMinutes(1), CUSTOMER_SALES));
                System.out.println(readModels.query().fetch(CUSTOMER_SALES));
            }
        }
    }
}

package dev.afterimage.proof.upgrade.node;

import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.examples.northwind.Northwind;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.orders.ShopSchema;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.projector.Projection;
import dev.afterimage.projector.Projector;
import dev.afterimage.projector.ProjectorSettings;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.relay.Relay;
import dev.afterimage.relay.RelaySettings;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** {@code init URL}, {@code run URL} until stdin ends, or {@code write URL PREFIX ORDERS}. */
public final class Node {

    private Node() {}

    public static void main(String[] args) throws IOException {
        try (var pool = new HikariDataSource()) {
            pool.setJdbcUrl(args[1]);
            pool.setMaximumPoolSize(30);
            pool.setMinimumIdle(1);
            switch (args[0]) {
                case "init" -> init(args[1], pool);
                case "run" -> run(args[1], pool);
                case "write" -> writing(pool).write(args[2], Integer.parseInt(args[3]));
                default -> throw new IllegalArgumentException("init, run or write, was " + args[0]);
            }
        }
        System.out.println("ended");
    }

    private static Writing writing(DataSource pool) {
        return new Writing(DSL.using(pool, SQLDialect.POSTGRES));
    }

    private static void init(String url, DataSource pool) {
        ShopSchema.createIfMissing(DSL.using(pool, SQLDialect.POSTGRES));
        Pipeline.init(DatabaseAddress.of(url), pool);
        if (DSL.using(pool, SQLDialect.POSTGRES).fetchCount(DSL.table("shop.customers")) == 0) {
            writing(pool).introduce();
        }
    }

    /** Every projection of the example, and one of statements. */
    private static void run(String url, DataSource pool) throws IOException {
        var settings = RelaySettings.defaults();
        var address = DatabaseAddress.of(url);
        try (var log = PostgresEventLog.open(pool);
                var relay = new Relay(address, log, DebeziumChangeSource.of(address, settings), settings);
                var projector = projector(pool, log)) {
            relay.start();
            projector.start();
            System.out.println("running");
            int said = System.in.read();
            System.out.println("told to end: " + said);
        }
    }

    private static Projector projector(DataSource pool, EventLog log) {
        var decoder = new EventDecoder(Northwind.catalog(), new JacksonEventCodec());
        List<Projection> projections =
                Stream.concat(Northwind.projections().stream(), Stream.of(Shipments.projection()))
                        .toList();
        var readModels = ReadModels.open(pool, log.whole());
        return new Projector(log, readModels, decoder, projections, ProjectorSettings.defaults());
    }
}

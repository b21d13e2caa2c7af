package dev.afterimage.cli.demo;

import dev.afterimage.cli.database.OpenDatabase;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.domain.RelayState;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.answers.Answers;
import dev.afterimage.examples.northwind.history.NorthwindData;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.examples.northwind.orders.ShopSchema;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.projector.RebuildResult;
import java.time.Duration;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** The demo's story, from an empty database to the last comparison. */
final class Demo {

    private static final Duration CONNECTED = Duration.ofMinutes(3);

    private final Screen screen;
    private final OpenDatabase database;
    private final int scale;
    private final int writers;

    Demo(Screen screen, OpenDatabase database, int scale, int writers) {
        this.screen = screen;
        this.database = database;
        this.scale = scale;
        this.writers = writers;
    }

    /** @param startedNanos when the command started, for the seconds it took */
    DemoOutcome run(long startedNanos) throws InterruptedException {
        var service = prepare();
        try (var pipeline = new Pipeline(database.address(), database.dataSource()).start()) {
            requireStreaming(pipeline);
            var data = NorthwindData.load();
            new LiveStep(screen, pipeline, data, scale, writers).run(service);
            var live = Answers.from(pipeline.readModels().query());
            new ReadModelTables(screen).show(pipeline.readModels().query());
            var rebuilt = new RebuildStep(screen, pipeline).run();
            var after = Answers.from(pipeline.readModels().query());
            var equal = live.equals(after) && rebuilt.stream().allMatch(Demo::isEqual);
            var seconds = Duration.ofNanos(System.nanoTime() - startedNanos);
            return new DemoOutcome(pipeline.log().whole().head().value(), after, equal, seconds, scale);
        }
    }

    private static boolean isEqual(RebuildResult result) {
        return result.comparison().isPresent() && result.comparison().get().isEqual();
    }

    private OrderService prepare() {
        var db = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
        screen.line("%s (%s)".formatted(database.address(), version(db)));
        ShopSchema.createIfMissing(db);
        requireEmpty(db);
        Pipeline.init(database.address(), database.dataSource());
        return new OrderService(db, Outbox.create());
    }

    private static String version(DSLContext db) {
        var settings = List.of("wal_level", "fsync", "synchronous_commit");
        var shown = settings.stream().map(name -> name + " " + show(db, name)).toList();
        return "PostgreSQL %s, %s".formatted(show(db, "server_version"), String.join(", ", shown));
    }

    private static String show(DSLContext db, String setting) {
        return String.valueOf(db.resultQuery("select pg_catalog.current_setting(?::text)", setting)
                .fetchSingle(0));
    }

    private void requireEmpty(DSLContext db) {
        var orders = db.fetchCount(DSL.table(DSL.name("shop", "orders")));
        if (orders > 0) {
            throw new IllegalStateException(
                    ("%s has %s orders of an earlier demo and the demo needs an empty database: "
                                    + "take another one, or another --keep folder")
                            .formatted(database.address(), Figures.count(orders)));
        }
    }

    private static void requireStreaming(Pipeline pipeline) throws InterruptedException {
        if (!pipeline.relay().await(RelayState.STREAMING, CONNECTED)) {
            var status = pipeline.relay().status();
            throw new IllegalStateException("the relay is %s after %d s: %s"
                    .formatted(status.state(), CONNECTED.toSeconds(), status.message()));
        }
    }
}

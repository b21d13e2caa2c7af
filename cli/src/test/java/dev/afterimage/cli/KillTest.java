package dev.afterimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.history.NorthwindData;
import dev.afterimage.examples.northwind.history.NorthwindWorkload;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.examples.northwind.orders.ShopSchema;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.readmodels.ReadModels;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {

    private static final int KILLS = Integer.getInteger("afterimage.kills", 10);
    private static final int MORE_THAN_CAN_BE_WRITTEN = 10_000;
    private static final Duration ARRIVED = Duration.ofMinutes(3);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_pipeline_that_is_killed_again_and_again_under_load_loses_nothing_and_repeats_nothing() throws Exception {
        try (var server = EmbeddedServer.start(ServerSettings.durable())) {
            server.createDatabase("killed");
            try (var database = new OpenDatabase(DatabaseAddress.of(server.jdbcUrl("killed")), null)) {
                var db = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
                ShopSchema.createIfMissing(db);
                Pipeline.init(database.address(), database.dataSource());

                killUnderLoad(server.jdbcUrl("killed"), db);
                var events = awaitArrived(server.jdbcUrl("killed"), database);

                assertThat(events).as("events written under load").isGreaterThan(1_000);
                assertThat(BusinessTruth.violations(db)).isEmpty();
            }
        }
    }

    private void killUnderLoad(String jdbcUrl, DSLContext db) throws Exception {
        var service = new OrderService(db, Outbox.create());
        var writing = Thread.ofPlatform().name("writers").start(() -> write(service));
        var moments = new Random(20_121_114);
        int duringStreaming = 0;
        for (int i = 0; i < KILLS; i++) {
            try (var pipeline = PipelineProcess.start(jdbcUrl, output())) {
                boolean streaming = awaitStreaming(db, pipeline);
                assertThat(pipeline.lives(Duration.ofMillis(moments.nextInt(50, 2_000))))
                        .as("the pipeline runs until it is killed; see %s", output())
                        .isTrue();
                assertThat(pipeline.kill()).as("killed").isTrue();
                duringStreaming += streaming ? 1 : 0;
            }
        }
        assertThat(duringStreaming).as("kills while the relay was streaming").isEqualTo(KILLS);
        assertThat(writing.isAlive()).as("the load went on to the end").isTrue();
        writing.interrupt();
        writing.join(Duration.ofSeconds(30));
    }

    private static void write(OrderService service) {
        try {
            new NorthwindWorkload(NorthwindData.load()).run(service, MORE_THAN_CAN_BE_WRITTEN, 2, events -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server itself says when the slot is read. */
    private static boolean awaitStreaming(DSLContext db, PipelineProcess pipeline) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline && pipeline.isAlive()) {
            if (db.fetchExists(DSL.table("pg_replication_slots"), DSL.condition("active"))) {
                return true;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return false;
    }

    /** A last pipeline brings in what is left. */
    private long awaitArrived(String jdbcUrl, OpenDatabase database) throws Exception {
        try (var pipeline = PipelineProcess.start(jdbcUrl, output());
                var log = PostgresEventLog.open(database.dataSource())) {
            var readModels = ReadModels.open(database.dataSource(), log.whole());
            var db = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
            long written = db.fetchCount(DSL.table("afterimage.outbox"));
            long deadline = System.nanoTime() + ARRIVED.toNanos();
            while (!hasArrived(readModels, log, written)) {
                assertThat(System.nanoTime())
                        .as("%d events arrive within %s", written, ARRIVED)
                        .isLessThan(deadline);
                assertThat(pipeline.isAlive()).as("pipeline; see %s", output()).isTrue();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            return written;
        }
    }

    private static boolean hasArrived(ReadModels readModels, PostgresEventLog log, long written) {
        return log.whole().head().value() >= written
                && readModels.freshness().size() == 3
                && readModels.freshness().stream().allMatch(model -> model.isCaughtUp());
    }

    private File output() {
        return folder.resolve("pipeline.log").toFile();
    }
}

package dev.afterimage.proof.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import java.io.File;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One pipeline lives on while its server crashes: a backend is killed, the server ends all others, throws away what was
 * in memory and recovers from its WAL.
 */
class CrashedServerTest {

    private static final int CRASHES = Boolean.getBoolean("afterimage.full") ? 100 : 5;
    private static final int EVENTS = 1_000;
    private static final Duration WRITERS_END = Duration.ofMinutes(3);
    private static final Duration STANDS_STILL = Duration.ofMinutes(3);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_server_that_crashes_again_and_again_under_a_pipeline_loses_nothing_and_repeats_nothing() throws Exception {
        try (var server = EmbeddedServer.start(ServerSettings.durable())) {
            server.createDatabase("crashed");
            var url = server.jdbcUrl("crashed");
            try (var shop = Shop.open(url);
                    var load = Load.start(shop.db(), "load", 2);
                    var pipeline = PipelineProcess.start(url, output())) {
                crashUnderLoad(shop, load, pipeline);
                load.stop(WRITERS_END);
                await("all has arrived", shop, pipeline, shop.arrival::isComplete);

                assertThat(shop.violations()).isEmpty();
            }
        }
    }

    /** While the pipeline is somewhere in the events that were written since the last crash. */
    private void crashUnderLoad(Shop shop, Load load, PipelineProcess pipeline) throws Exception {
        var moments = new Random(20_261_121);
        for (int i = 0; i < CRASHES; i++) {
            await("the relay streams", shop, pipeline, shop.arrival::isStreaming);
            long crashAt = shop.arrival.written() + moments.nextInt(EVENTS);
            load.allow(EVENTS);
            await(
                    "%d events are in the log".formatted(crashAt),
                    shop,
                    pipeline,
                    () -> load.isIdle() && shop.arrival.logged() >= crashAt);
            crash(shop);
        }
    }

    private static void crash(Shop shop) throws Exception {
        int status;
        try (var connection = shop.pool().getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            status = new ProcessBuilder("kill", "-9", row.getString(1))
                    .inheritIO()
                    .start()
                    .waitFor();
        }
        assertThat(status).as("a backend was killed").isZero();
        shop.reconnect();
        awaitRecovered(shop);
    }

    private static void awaitRecovered(Shop shop) throws InterruptedException {
        long deadline = System.nanoTime() + STANDS_STILL.toNanos();
        while (!isReachable(shop)) {
            assertThat(System.nanoTime()).as("the server recovers").isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private static boolean isReachable(Shop shop) {
        try (var connection = shop.pool().getConnection();
                var statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    /** Fails when nothing at all has moved for long, and not when it moves slowly. */
    private void await(String what, Shop shop, PipelineProcess pipeline, BooleanSupplier reached) {
        boolean done = shop.arrival.await(
                () -> {
                    assertThat(pipeline.isAlive())
                            .as("%s: the pipeline lives; see %s", what, output())
                            .isTrue();
                    return reached.getAsBoolean();
                },
                STANDS_STILL);
        assertThat(done)
                .as("%s; nothing has moved for %s; see %s", what, STANDS_STILL, output())
                .isTrue();
    }

    private File output() {
        return folder.resolve("pipeline.log").toFile();
    }
}

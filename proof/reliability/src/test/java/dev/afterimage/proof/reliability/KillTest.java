package dev.afterimage.proof.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is killed when is counted in events, so that a slow machine sees the same kills as a fast one, only later. */
class KillTest {

    private static final int KILLS =
            Integer.getInteger("afterimage.kills", Boolean.getBoolean("afterimage.full") ? 200 : 10);
    private static final int EVENTS_PER_LIFE = 2_000;
    private static final Duration WRITERS_END = Duration.ofMinutes(10);
    private static final Duration STANDS_STILL = Duration.ofMinutes(5);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_pipeline_that_is_killed_again_and_again_under_load_loses_nothing_and_repeats_nothing() throws Exception {
        try (var server = EmbeddedServer.start(ServerSettings.durable())) {
            server.createDatabase("killed");
            var url = server.jdbcUrl("killed");
            try (var shop = Shop.open(url);
                    var load = Load.start(shop.db(), "load", 2)) {
                killUnderLoad(url, shop, load);
                load.stop(WRITERS_END);
                awaitArrived(url, shop);

                assertThat(load.committed()).as("events under load").isGreaterThan((KILLS - 1L) * EVENTS_PER_LIFE);
                assertThat(shop.violations()).isEmpty();
            }
        }
    }

    /** Each pipeline dies somewhere in the events that it may be given, which are written while it lives. */
    private void killUnderLoad(String url, Shop shop, Load load) throws Exception {
        var moments = new Random(20_121_114);
        long before = shop.arrival.written();
        for (int i = 0; i < KILLS; i++) {
            long deathAt = before + (long) i * EVENTS_PER_LIFE + moments.nextInt(EVENTS_PER_LIFE);
            load.allow(EVENTS_PER_LIFE);
            try (var pipeline = PipelineProcess.start(url, output())) {
                await("the relay streams", shop, pipeline, shop.arrival::isStreaming);
                await(
                        "%d events are in the log".formatted(deathAt),
                        shop,
                        pipeline,
                        () -> shop.arrival.logged() >= deathAt);
                assertThat(pipeline.kill()).as("killed").isTrue();
            }
        }
    }

    /** A last pipeline brings in what is left. */
    private void awaitArrived(String url, Shop shop) throws Exception {
        try (var pipeline = PipelineProcess.start(url, output())) {
            await("all has arrived", shop, pipeline, shop.arrival::isComplete);
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

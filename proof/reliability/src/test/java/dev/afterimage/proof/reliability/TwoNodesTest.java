package dev.afterimage.proof.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes on one database under load: one feeds it, the other stands by. How long a take-over took is printed and
 * not judged, because it says as much of the machine as of us.
 */
class TwoNodesTest {

    private static final int EVENTS = 500;
    private static final Duration WRITERS_END = Duration.ofMinutes(3);
    private static final Duration STANDS_STILL = Duration.ofMinutes(3);

    @TempDir
    private Path folder = Path.of("");

    private EmbeddedServer server;
    private Shop shop;
    private Load load;

    @BeforeEach
    void open() {
        server = EmbeddedServer.start(ServerSettings.forTests());
        server.createDatabase("two_nodes");
        shop = Shop.open(url());
        load = Load.start(shop.db(), "load", 2);
    }

    private String url() {
        return server.jdbcUrl("two_nodes");
    }

    @AfterEach
    void close() {
        load.close();
        shop.close();
        server.close();
    }

    @Test
    void a_node_that_is_killed_frozen_or_stopped_is_replaced_by_the_other_and_nothing_is_lost_or_repeated()
            throws Exception {
        try (var first = start("first")) {
            await("the first feeds all", first, new TakeOver(shop.arrival, first));
            try (var second = startStandby("second")) {
                whenKilled(first, second);
                try (var third = startStandby("third")) {
                    whenFrozen(second, third);
                    whenStopped(third, second);
                    load.stop(WRITERS_END);
                    await("all has arrived", second, shop.arrival::isComplete);
                }
            }
        }
        assertThat(shop.violations()).isEmpty();
    }

    private PipelineProcess start(String name) throws IOException {
        return PipelineProcess.start(url(), output(name).toFile());
    }

    private PipelineProcess startStandby(String name) throws IOException {
        var process = start(name);
        await(name + " stands by", process, () -> isStandby(name, 0));
        return process;
    }

    private void whenKilled(PipelineProcess feeding, PipelineProcess other) throws InterruptedException {
        writeSome(feeding);
        load.allow(EVENTS);
        var takeOver = new TakeOver(shop.arrival, other);
        assertThat(feeding.kill()).as("killed").isTrue();
        await("the other feeds all after kill -9", other, takeOver);
        System.out.printf("kill -9: %s%n", takeOver);
    }

    /** When it thaws it goes on in the middle of what it was doing, and must write nothing of it. */
    private void whenFrozen(PipelineProcess feeding, PipelineProcess other) throws IOException, InterruptedException {
        writeSome(feeding);
        load.allow(EVENTS);
        var takeOver = new TakeOver(shop.arrival, other);
        feeding.freeze();
        await("the other feeds all after kill -STOP", other, takeOver);
        System.out.printf("kill -STOP: %s%n", takeOver);
        writeSome(other);

        load.allow(EVENTS);
        long said = Files.size(output("second"));
        feeding.thaw();
        await("the thawed node stands by", feeding, () -> isStandby("second", said));
        await("the other goes on feeding all", other, new TakeOver(shop.arrival, other));
    }

    private void whenStopped(PipelineProcess feeding, PipelineProcess other) throws InterruptedException {
        writeSome(feeding);
        load.allow(EVENTS);
        var takeOver = new TakeOver(shop.arrival, other);
        assertThat(feeding.stop()).as("ended by SIGTERM").isTrue();
        await("the other feeds all after kill -TERM", other, takeOver);
        System.out.printf("kill -TERM: %s%n", takeOver);
        writeSome(other);
    }

    /** As much as was allowed is written and, while more may be, in the log. */
    private void writeSome(PipelineProcess alive) {
        long logged = shop.arrival.logged();
        load.allow(EVENTS);
        await("events are in the log", alive, () -> shop.arrival.logged() >= logged + EVENTS / 2);
    }

    /** Whether a node has said of the relay and of each projection that it stands by, after so many bytes. */
    private boolean isStandby(String name, long from) {
        var said = said(name, from);
        return Stream.of("relay", "order_summary v\\d+", "customer_sales v\\d+", "product_sales v\\d+")
                .allMatch(
                        role -> Pattern.compile(role + " STANDBY").matcher(said).find());
    }

    private String said(String name, long from) {
        try {
            var all = Files.exists(output(name)) ? Files.readString(output(name)) : "";
            return all.substring((int) Math.min(from, all.length()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path output(String name) {
        return folder.resolve(name + ".log");
    }

    /** Fails when nothing at all has moved for long, and not when it moves slowly. */
    private void await(String what, PipelineProcess alive, BooleanSupplier reached) {
        boolean done = shop.arrival.await(
                () -> {
                    assertThat(alive.isAlive()).as("%s: the node lives", what).isTrue();
                    return reached.getAsBoolean();
                },
                STANDS_STILL);
        assertThat(done)
                .as(
                        "%s; nothing has moved for %s; first node: %s%nsecond: %s%nthird: %s",
                        what, STANDS_STILL, said("first", 0), said("second", 0), said("third", 0))
                .isTrue();
    }
}

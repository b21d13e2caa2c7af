package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Live versions share what they decode with each other, and wait for no rebuild. */
class SharedDecodingTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private final CountDownLatch decoding = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        go.countDown();
        rig.close();
    }

    /** Takes as long as it is told to decode what a rebuild reads. */
    private final class SlowForRebuilds implements EventCodec {

        private final EventCodec codec = new JacksonEventCodec();

        @Override
        public String encode(Object event) {
            return codec.encode(event);
        }

        @Override
        public <E> E decode(String payload, Class<E> shape) {
            if (Thread.currentThread().getName().startsWith("afterimage-rebuild-")) {
                decoding.countDown();
                await(go);
            }
            return codec.decode(payload, shape);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_live_version_goes_on_while_a_rebuild_decodes() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(
                new EventDecoder(ProjectorRig.CATALOG, new SlowForRebuilds()),
                Accounts.projection(),
                Tallies.projection());
        rig.drain(projector, "accounts", "tallies");
        var rebuild = projector.rebuild("accounts");
        await(decoding);

        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "accounts", "tallies");

        assertThat(rebuild.isRunning()).isTrue();
        go.countDown();
        assertThat(rebuild.await(ProjectorRig.SOON)).isPresent();
    }
}

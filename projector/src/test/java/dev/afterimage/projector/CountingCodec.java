package dev.afterimage.projector;

import dev.afterimage.domain.EventCodec;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what another codec decodes. */
final class CountingCodec implements EventCodec {

    private final EventCodec codec;
    private final AtomicLong decodes = new AtomicLong();

    CountingCodec(EventCodec codec) {
        this.codec = codec;
    }

    long decodes() {
        return decodes.get();
    }

    @Override
    public String encode(Object event) {
        return codec.encode(event);
    }

    @Override
    public <E> E decode(String payload, Class<E> shape) {
        decodes.incrementAndGet();
        return codec.decode(payload, shape);
    }
}

package dev.afterimage.domain;

/** Turns stored events into Java records, by the catalog's names only. Thread-safe. */
public final class EventDecoder {

    private final EventCatalog catalog;
    private final EventCodec codec;

    public EventDecoder(EventCatalog catalog, EventCodec codec) {
        this.catalog = catalog;
        this.codec = codec;
    }

    public EventCatalog catalog() {
        return catalog;
    }

    /** Never throws for what is stored: whether an unreadable event matters is the reader's question. */
    public Decoded decode(RecordedEvent stored) {
        var aggregate = catalog.aggregate(stored.aggregate().type());
        if (aggregate.isEmpty()) {
            return new Decoded.Unreadable("no class in the catalog is the aggregate type %s"
                    .formatted(stored.aggregate().type()));
        }
        return aggregate
                .get()
                .shapeNamed(stored.type().name())
                .map(shape -> decode(stored, aggregate.get(), shape))
                .orElseGet(() -> new Decoded.Unreadable("no class of %s is named %s"
                        .formatted(
                                aggregate.get().family().getSimpleName(),
                                stored.type().name())));
    }

    private Decoded decode(RecordedEvent stored, CapturedAggregate aggregate, Class<?> shape) {
        var known = aggregate.typeOfShape(shape).version();
        if (stored.type().version() > known) {
            return new Decoded.Unreadable("it is version %d of %s and this code knows up to version %d"
                    .formatted(stored.type().version(), stored.type().name(), known));
        }
        try {
            return new Decoded.Known(codec.decode(stored.payload(), shape));
        } catch (UnreadablePayloadException e) {
            return new Decoded.Unreadable(String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return new Decoded.Unreadable("its codec failed: " + e);
        }
    }
}

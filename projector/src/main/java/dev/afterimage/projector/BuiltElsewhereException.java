package dev.afterimage.projector;

/** Another node was quicker: nothing has failed, and nothing is left to do. */
final class BuiltElsewhereException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    BuiltElsewhereException(String projection) {
        super("projection %s: another node is building it already: wait for it".formatted(projection));
    }
}

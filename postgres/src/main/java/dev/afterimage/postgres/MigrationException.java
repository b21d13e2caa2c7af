package dev.afterimage.postgres;

/** A store's tables are not what this code expects; nothing was changed. */
public final class MigrationException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String store;

    MigrationException(String store, String problem) {
        super("%s: %s".formatted(store, problem));
        this.store = store;
    }

    public String store() {
        return store;
    }
}

package dev.afterimage.projector.rows;

/** The form of arrays of one dimension. */
record ArrayForm(StoredForm element) implements StoredForm {

    @Override
    public Object of(Object value) {
        var stored = ((Object[]) value).clone();
        for (int i = 0; i < stored.length; i++) {
            if (stored[i] != null) {
                var part = element.of(stored[i]);
                if (part == UNKNOWN) {
                    return UNKNOWN;
                }
                stored[i] = part;
            }
        }
        return stored;
    }

    @Override
    public boolean isKey() {
        return false;
    }

    @Override
    public boolean changesLoaded() {
        return element.changesLoaded();
    }

    @Override
    public void requireFits(Object value) {
        for (var part : (Object[]) value) {
            if (part != null) {
                element.requireFits(part);
            }
        }
    }
}

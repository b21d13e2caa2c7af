package dev.afterimage.domain;

/** A class cannot be captured as it is declared; the message says what to change. */
public final class InvalidCaptureException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final Class<?> declaration;

    InvalidCaptureException(Class<?> declaration, String problem) {
        super("%s %s".formatted(declaration.getName(), problem));
        this.declaration = declaration;
    }

    public Class<?> declaration() {
        return declaration;
    }
}

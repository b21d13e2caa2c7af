package dev.afterimage.codegen;

import org.jspecify.annotations.Nullable;

/** No classes were generated; the message is for the person who wrote the SQL. */
final class CodegenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CodegenException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}

package dev.afterimage.cli;

import java.util.ArrayList;
import java.util.List;

/** What went wrong, for people: the messages of the causes, each once, without stack or class names. */
final class Failure {

    private Failure() {}

    static String describe(Throwable failure) {
        List<String> messages = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            if (messages.stream().noneMatch(earlier -> earlier.contains(message))) {
                messages.add(message);
            }
        }
        return String.join(": ", messages);
    }
}

package dev.afterimage.domain.jackson;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what is wrong with a document without quoting its values: they may be personal data. */
final class JsonProblem {

    private JsonProblem() {}

    static String describe(JsonProcessingException problem) {
        var location = problem.getLocation();
        var place = location == null ? "" : " at character " + Math.max(0, location.getCharOffset());
        return switch (problem) {
            case MismatchedInputException mismatch
            when isMissing(mismatch) ->
                "%s is missing%s: a component that older events lack must be Optional or @Nullable"
                        .formatted(pathOf(mismatch), place);
            case JsonMappingException mapping
            when !mapping.getPath().isEmpty() -> "%s at %s%s".formatted(kindOf(mapping), pathOf(mapping), place);
            default -> kindOf(problem) + place;
        };
    }

    /** Jackson has no type of its own for it; a test holds the text. */
    private static boolean isMissing(MismatchedInputException problem) {
        return problem.getOriginalMessage().startsWith("Missing required creator property");
    }

    private static String kindOf(JsonProcessingException problem) {
        return problem.getClass().getSimpleName().replace("Exception", "");
    }

    private static String pathOf(JsonMappingException problem) {
        return problem.getPath().stream().map(JsonProblem::name).collect(Collectors.joining("."));
    }

    /** The keys of a map come from the document, the names of a record's components from the class. */
    private static String name(Reference step) {
        if (step.getFieldName() == null) {
            return "[" + step.getIndex() + "]";
        }
        return step.getFrom() instanceof Map ? "[key]" : step.getFieldName();
    }
}

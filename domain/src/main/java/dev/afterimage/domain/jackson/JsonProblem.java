package dev.afterimage.domain.jackson;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.stream.Collectors;

/** Says what is wrong with a document without quoting its values: they may be personal data. */
final class JsonProblem {

    private JsonProblem() {}

    static String describe(JsonProcessingException problem) {
        var location = problem.getLocation();
        var place = location == null ? "" : " at character " + Math.max(0, location.getCharOffset());
        return switch (problem) {
            case JsonMappingException mapping
            when !mapping.getPath().isEmpty() -> "%s at %s%s".formatted(kindOf(mapping), pathOf(mapping), place);
            default -> kindOf(problem) + place;
        };
    }

    private static String kindOf(JsonProcessingException problem) {
        return problem.getClass().getSimpleName().replace("Exception", "");
    }

    private static String pathOf(JsonMappingException problem) {
        return problem.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }
}

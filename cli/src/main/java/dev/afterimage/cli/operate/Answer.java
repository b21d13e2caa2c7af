package dev.afterimage.cli.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a command says at its end: a sentence for people, or one JSON object. */
final class Answer {

    @Option(names = "--json", description = "One JSON object on stdout.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    void print(String sentence, Map<String, ?> object) {
        System.out.println(json ? text(object) : sentence);
    }

    private static String text(Map<String, ?> object) {
        try {
            return new JsonMapper().writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

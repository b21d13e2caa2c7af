package dev.afterimage.proof.reliability;

import java.util.List;

/**
 * Something wrong, and what must be reported of it.
 *
 * @param seenAs words of the oracle's sentence
 * @param statements that plant it
 */
record Defect(String name, String seenAs, List<String> statements) {

    static Defect of(String name, String seenAs, String... statements) {
        return new Defect(name, seenAs, List.of(statements));
    }

    @Override
    public String toString() {
        return name;
    }
}

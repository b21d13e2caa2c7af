package dev.afterimage.examples.northwind.answers;

import java.math.BigDecimal;

/** One question, the answer that is known and the answer of the read models. */
public record Check(String question, String known, String answer, boolean holds) {

    static Check of(String question, String known, String answer) {
        return new Check(question, known, answer, known.equals(answer));
    }

    static Check of(String question, long known, long answer) {
        return of(question, Long.toString(known), Long.toString(answer));
    }

    /** Exact, whatever the number of trailing zeros. */
    static Check of(String question, BigDecimal known, BigDecimal answer) {
        return new Check(question, known.toPlainString(), answer.toPlainString(), known.compareTo(answer) == 0);
    }
}

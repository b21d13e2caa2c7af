package dev.afterimage.outbox;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes rows that somebody could insert by hand: mostly plain, with something odd in one or two columns. */
final class OddRows {

    /** A row's values as SQL takes them, in the order of the columns. */
    record OddRow(
            String type, String id, long sequence, String name, int version, String metadata, String occurredAt) {}

    private static final List<String> NAMES = List.of(
            "order",
            "o",
            "o-1-",
            "a".repeat(100),
            "a".repeat(101),
            "",
            "Order",
            "1-order",
            "-order",
            "order_x",
            "é",
            "orderé",
            "order\n",
            "\norder",
            "ſ",
            "\u212a",
            "ı",
            "order ");
    private static final List<String> TIMES = List.of(
            "2026-02-03 04:05:06.789012+05:30",
            "infinity",
            "-infinity",
            "0001-01-01 00:00:00+00",
            "0001-01-01 00:00:00+01",
            "0001-12-31 23:59:59.999999+00 BC",
            "4713-01-01 00:00:00+00 BC",
            "9999-12-31 23:59:59.999999+00",
            "9999-12-31 23:59:59-05",
            "10000-01-01 00:00:00+00",
            "10000-01-01 00:00:00+14",
            "294276-12-31 00:00:00+00",
            "1969-12-31 23:59:59.9+00",
            "epoch");
    private static final List<Integer> SEQUENCES = List.of(1, 2, 0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE);
    private static final List<String> BLANKS = List.of(
            " ", "\t", "\n", "\u000b", "\u001c", "\u001f", "\u001b", "\u0085", "\u00a0", "\u1680", "\u180e", "\u2000",
            "\u2006", "\u2007", "\u200a", "\u200b", "\u2028", "\u2029", "\u202f", "\u205f", "\u2060", "\u3000",
            "\ufeff", "\u2800");
    private static final List<String> CHARACTERS = List.of(
            "a", "Z", "1", "'", "\"", "\\", "ü", "漢", "🎉", "e\u0301", "👨\u200d👩\u200d👧", "\u0001", "%", "{");
    private static final List<String> JSON_TEXTS = List.of(
            "",
            "a",
            "b",
            "\\u0061",
            "\\u0000",
            "\\\\u0000",
            "\\u0001",
            "\\u0002",
            "\\u0001\\u0002",
            "\\\\",
            "\\\"",
            "\\\\\\\"",
            "\\n",
            "\\/",
            "/",
            "\\ud83c\\udf89",
            "🎉",
            "\\uD83C\\uDF89",
            "\\ud83c",
            "\\udf89",
            "\\ud83c\\\\\\udf89",
            "\\ud83c\\ud83c\\udf89",
            "\\ud83cx\\udf89",
            "\\\\ud83c",
            "\\uE000",
            "\\ud7ff",
            "null",
            ":",
            ",",
            "{",
            "}",
            "[1]",
            " ",
            "\u007f",
            "\u2028",
            "漢");
    private static final List<String> PLAIN_TEXTS = List.of("", "a", "b", ":", ",", "{", "}", "[1]", " ");
    private static final List<String> JSON_VALUES =
            List.of("null", "1", "-0.5e3", "true", "false", "[]", "[\"a\"]", "{}", "{\"a\":\"1\"}");
    private static final List<String> JSON_BLANKS = List.of("", "", "", " ", "\n", "\t\r ");

    private final Random random;
    private List<String> texts = JSON_TEXTS;

    OddRows(long seed) {
        random = new Random(seed);
    }

    OddRow next() {
        int odd = random.nextInt(8);
        return new OddRow(
                odd == 0 ? pick(NAMES) : "order",
                odd == 1 || odd == 2 ? id() : "o-1",
                odd == 3 ? pick(SEQUENCES) : 1 + random.nextInt(9),
                odd == 3 ? pick(NAMES) : "order-placed",
                odd == 4 ? pick(SEQUENCES) : 1,
                odd == 4 || odd == 5 || odd == 6 ? metadata() : "{\"a\":\"1\"}",
                odd == 7 || odd == 6 ? pick(TIMES) : "2026-01-01 00:00:00+00");
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private String texts(int limit, List<String> texts) {
        return IntStream.range(0, random.nextInt(limit + 1))
                .mapToObj(i -> pick(texts))
                .collect(Collectors.joining());
    }

    /** Blank, almost blank, plain, or about as long as an id may be. */
    private String id() {
        return switch (random.nextInt(4)) {
            case 0 -> texts(3, BLANKS);
            case 1 -> texts(2, BLANKS) + texts(2, CHARACTERS) + texts(2, BLANKS);
            case 2 -> texts(20, CHARACTERS);
            default ->
                pick(CHARACTERS).repeat(98 + random.nextInt(4))
                        + pick(CHARACTERS).repeat(98 + random.nextInt(4));
        };
    }

    private String metadata() {
        texts = random.nextBoolean() ? PLAIN_TEXTS : JSON_TEXTS;
        return switch (random.nextInt(8)) {
            case 0 -> pick(JSON_VALUES);
            case 1 -> "[" + object() + "]";
            case 2 -> string();
            default -> blank() + object() + blank();
        };
    }

    private String object() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> blank() + string() + blank() + ":" + blank() + value() + blank())
                .collect(Collectors.joining(",", "{" + blank(), "}"));
    }

    private String value() {
        return random.nextInt(8) == 0 ? pick(JSON_VALUES) : random.nextInt(12) == 0 ? object() : string();
    }

    private String string() {
        return "\"" + texts(2, texts) + "\"";
    }

    private String blank() {
        return pick(JSON_BLANKS);
    }
}

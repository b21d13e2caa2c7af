package dev.afterimage.projector.rows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.Converter;
import org.jooq.DataType;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.XML;
import org.jooq.impl.SQLDataType;
import org.jooq.types.YearToSecond;

/** Types that columns may have, with values in all the forms in which a handler may set them. */
final class TypeCatalogue {

    static final String DDL = """
            CREATE TYPE mood AS ENUM ('glad', 'really sad');
            CREATE TYPE pair AS (first integer, second varchar(3));
            CREATE DOMAIN cents AS numeric(8, 2);
            CREATE DOMAIN fine_cents AS cents;
            CREATE DOMAIN nick AS varchar(6);
            CREATE DOMAIN not_bad AS text CHECK (value <> 'bad');
            """;

    /**
     * One type.
     *
     * @param ddl as a table declares it
     * @param value one of the values that a handler may set, also such as the column refuses
     */
    record Entry<U>(String ddl, DataType<U> type, Function<Random, U> value) {}

    /** Equal whatever the case, although the column is not. */
    record Nick(String text) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Nick nick && text.equalsIgnoreCase(nick.text);
        }

        @Override
        public int hashCode() {
            return text.toLowerCase(Locale.ROOT).hashCode();
        }
    }

    /** A type of the user's that can change. */
    static final class Box {

        private final StringBuilder text;

        Box(String text) {
            this.text = new StringBuilder(text);
        }

        void append(char c) {
            text.append(c);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final Converter<String, Nick> NICK =
            Converter.ofNullable(String.class, Nick.class, Nick::new, Nick::text);
    private static final Converter<String, Box> BOX =
            Converter.ofNullable(String.class, Box.class, Box::new, Box::toString);
    private static final Converter<String, String> UPPER =
            Converter.ofNullable(String.class, String.class, text -> text, text -> text.toUpperCase(Locale.ROOT));

    @SuppressWarnings({"unchecked", "rawtypes"}) // a list of its own class
    private static final Converter<String[], List<String>> LIST = Converter.ofNullable(
            String[].class,
            (Class<List<String>>) (Class) List.class,
            array -> new ArrayList<>(List.of(array)),
            list -> list.toArray(String[]::new));

    static final List<Entry<?>> ALL = List.of(
            new Entry<>("smallint", SQLDataType.SMALLINT, random -> (short) random.nextInt(-3, 3)),
            new Entry<>("smallint", SQLDataType.INTEGER, random -> random.nextInt(-40_000, 40_000)),
            new Entry<>("integer", SQLDataType.INTEGER, random -> random.nextInt(-3, 3)),
            new Entry<>("bigint", SQLDataType.BIGINT, Random::nextLong),
            new Entry<>("boolean", SQLDataType.BOOLEAN, Random::nextBoolean),
            new Entry<>("uuid", SQLDataType.UUID, random -> new UUID(random.nextInt(3), random.nextInt(3))),
            new Entry<>("real", SQLDataType.REAL, random -> one(random, 0.1f, -0f, 0f, Float.NaN, 1e30f)),
            new Entry<>(
                    "double precision",
                    SQLDataType.DOUBLE,
                    random -> one(random, 0.1, -0.0, 0.0, Double.NaN, Double.POSITIVE_INFINITY, random.nextDouble())),
            new Entry<>("text", SQLDataType.CLOB, TypeCatalogue::text),
            new Entry<>("text", SQLDataType.CLOB.asConvertedDataType(NICK), random -> new Nick(text(random))),
            new Entry<>("text", SQLDataType.CLOB.asConvertedDataType(BOX), random -> new Box(text(random))),
            new Entry<>("text", SQLDataType.CLOB.asConvertedDataType(UPPER), TypeCatalogue::text),
            new Entry<>("varchar(5)", SQLDataType.VARCHAR(5), TypeCatalogue::text),
            new Entry<>("char(4)", SQLDataType.CHAR(4), TypeCatalogue::text),
            new Entry<>("char(4)", SQLDataType.CHAR(4).asConvertedDataType(NICK), random -> new Nick(text(random))),
            new Entry<>("bpchar", SQLDataType.CLOB, TypeCatalogue::text),
            new Entry<>("nick", SQLDataType.VARCHAR(6), TypeCatalogue::text),
            new Entry<>("not_bad", SQLDataType.CLOB, TypeCatalogue::text),
            new Entry<>("name", SQLDataType.CLOB, TypeCatalogue::text),
            new Entry<>("numeric", SQLDataType.NUMERIC, TypeCatalogue::number),
            new Entry<>("numeric(8, 2)", SQLDataType.NUMERIC(8, 2), TypeCatalogue::number),
            new Entry<>("numeric(5, -1)", SQLDataType.NUMERIC, TypeCatalogue::number),
            new Entry<>("numeric(6, 0)", SQLDataType.BIGINT, random -> (long) random.nextInt(-2_000_000, 2_000_000)),
            new Entry<>("cents", SQLDataType.NUMERIC(8, 2), TypeCatalogue::number),
            new Entry<>("fine_cents", SQLDataType.NUMERIC(8, 2), TypeCatalogue::number),
            new Entry<>("money", SQLDataType.CLOB, random -> one(random, "1", "$1,000.50", "2.345", "x")),
            new Entry<>("date", SQLDataType.LOCALDATE, random -> time(random).toLocalDate()),
            new Entry<>(
                    "date",
                    SQLDataType.LOCALDATE,
                    random -> one(
                            random, LocalDate.of(-43, 3, 15), LocalDate.of(12_000, 1, 1), LocalDate.of(1582, 10, 10))),
            new Entry<>("time", SQLDataType.LOCALTIME, TypeCatalogue::clock),
            new Entry<>("time(2)", SQLDataType.LOCALTIME, TypeCatalogue::clock),
            new Entry<>(
                    "timetz",
                    SQLDataType.TIMEWITHTIMEZONE,
                    random -> OffsetTime.of(clock(random), ZoneOffset.ofHours(random.nextInt(-3, 3)))),
            new Entry<>("timestamp", SQLDataType.LOCALDATETIME, TypeCatalogue::time),
            new Entry<>("timestamp(0)", SQLDataType.LOCALDATETIME, TypeCatalogue::time),
            new Entry<>("timestamptz", SQLDataType.TIMESTAMPWITHTIMEZONE, TypeCatalogue::moment),
            new Entry<>(
                    "timestamptz(3)",
                    SQLDataType.INSTANT,
                    random -> moment(random).toInstant()),
            new Entry<>(
                    "interval",
                    SQLDataType.INTERVAL,
                    random -> YearToSecond.valueOf(Duration.ofMinutes(random.nextInt(4) * 1_000L))),
            new Entry<>("interval", SQLDataType.CLOB, random -> one(random, "25 hours", "1 day", "P1DT2H", "1", "x")),
            new Entry<>("json", SQLDataType.JSON, random -> JSON.valueOf(json(random))),
            new Entry<>("json", SQLDataType.JSONB, random -> JSONB.valueOf(json(random))),
            new Entry<>("jsonb", SQLDataType.JSONB, random -> JSONB.valueOf(json(random))),
            new Entry<>(
                    "jsonb", SQLDataType.CLOB.asConvertedDataType(new BoxBinding()), random -> new Box(json(random))),
            new Entry<>("xml", SQLDataType.XML, random -> XML.valueOf(one(random, "<a/>", "<a></a>", "<a>", "x"))),
            new Entry<>("bytea", SQLDataType.BLOB, TypeCatalogue::bytes),
            new Entry<>(
                    "mood",
                    SQLDataType.VARCHAR.asEnumDataType(AllTypes.Mood.class),
                    random -> one(random, AllTypes.Mood.values())),
            new Entry<>("mood", SQLDataType.CLOB, random -> one(random, "glad", "really sad", "angry")),
            new Entry<>(
                    "text",
                    SQLDataType.VARCHAR.asEnumDataType(AllTypes.Mood.class),
                    random -> one(random, AllTypes.Mood.values())),
            new Entry<>("text[]", SQLDataType.CLOB.array(), TypeCatalogue::texts),
            new Entry<>(
                    "text[]",
                    SQLDataType.CLOB.array().asConvertedDataType(LIST),
                    random -> new ArrayList<>(List.of(texts(random)))),
            new Entry<>("varchar(4)[]", SQLDataType.VARCHAR(4).array(), TypeCatalogue::texts),
            new Entry<>("char(4)[]", SQLDataType.CHAR(4).array(), TypeCatalogue::texts),
            new Entry<>("nick[]", SQLDataType.VARCHAR(6).array(), TypeCatalogue::texts),
            new Entry<>("numeric(8, 2)[]", SQLDataType.NUMERIC(8, 2).array(), random ->
                    new BigDecimal[] {number(random), number(random)}),
            new Entry<>(
                    "integer[]",
                    SQLDataType.INTEGER.array(),
                    random -> random.ints(random.nextInt(3), 0, 3).boxed().toArray(Integer[]::new)),
            new Entry<>(
                    "integer[]",
                    SQLDataType.INTEGER.array().array(),
                    random -> one(
                            random, new Integer[][] {{1, 2}, {3, 4}}, new Integer[][] {{1}}, new Integer[][] {{}, {}})),
            new Entry<>("timestamptz[]", SQLDataType.TIMESTAMPWITHTIMEZONE.array(), random ->
                    new OffsetDateTime[] {moment(random)}),
            new Entry<>("int4range", SQLDataType.CLOB, random -> one(random, "[1,3]", "(0,4)", "empty", "[1,1)", "x")),
            new Entry<>(
                    "nummultirange", SQLDataType.CLOB, random -> one(random, "{[1,2],(2,3]}", "{}", "{[1.0,2.50)}")),
            new Entry<>("inet", SQLDataType.CLOB, random -> one(random, "10.0.0.1", "10.0.0.1/32", "0:0::1", "x")),
            new Entry<>("cidr", SQLDataType.CLOB, random -> one(random, "10.1.0.0/16", "10.1", "10.1.2.3/8")),
            new Entry<>("macaddr", SQLDataType.CLOB, random -> one(random, "08-00-2B-01-02-03", "08002b:010203")),
            new Entry<>("bit(3)", SQLDataType.CLOB, random -> one(random, "101", "010", "10", "1010")),
            new Entry<>("varbit(4)", SQLDataType.CLOB, random -> one(random, "101", "", "10101")),
            new Entry<>("oid", SQLDataType.CLOB, random -> one(random, "7", "007", "-1")),
            new Entry<>("\"char\"", SQLDataType.CLOB, random -> one(random, "a", "abc", "")),
            new Entry<>("point", SQLDataType.CLOB, random -> one(random, "1,2", "(1, 2.50)", "x")),
            new Entry<>("tsvector", SQLDataType.CLOB, random -> one(random, "b a", "a:1 a:2", "'x y'")),
            new Entry<>(
                    "pair", SQLDataType.CLOB, random -> one(random, "(1,x)", "(\"01\",\"x  \")", "(1,long)", "(,)")));

    private TypeCatalogue() {}

    @SafeVarargs
    private static <T> T one(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static String text(Random random) {
        return one(
                random,
                "",
                "a",
                "A",
                "ab ",
                "ab",
                "abc   ",
                "abcd    ",
                "too long",
                "bad",
                "ü\uD83D\uDE00",
                "x\uD800",
                "x".repeat(70),
                "{\"\\,'");
    }

    private static String[] texts(Random random) {
        return Stream.generate(() -> text(random)).limit(random.nextInt(3)).toArray(String[]::new);
    }

    private static BigDecimal number(Random random) {
        return one(
                random,
                new BigDecimal("0.333"),
                new BigDecimal("-0.125"),
                new BigDecimal("1E+3"),
                new BigDecimal("14"),
                new BigDecimal("1.0"),
                new BigDecimal("1234567.5"),
                new BigDecimal(random.nextInt(100)));
    }

    private static LocalTime clock(Random random) {
        return LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L));
    }

    private static LocalDateTime time(Random random) {
        return LocalDateTime.of(LocalDate.ofEpochDay(random.nextInt(40_000)), clock(random));
    }

    private static OffsetDateTime moment(Random random) {
        return time(random).atOffset(ZoneOffset.ofHoursMinutes(random.nextInt(-9, 9), 0));
    }

    private static byte[] bytes(Random random) {
        return one(random, "", "a", "\\x41").getBytes(StandardCharsets.UTF_8);
    }

    private static String json(Random random) {
        return one(random, "{\"b\":1,\"a\":2}", "{\"a\": 2, \"b\": 1}", "1.0", "1.00", "[ ]", "{", "\"x\"");
    }
}

package dev.afterimage.projector.rows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** The forms of exact numbers. */
final class NumberForm {

    private NumberForm() {}

    static StoredForm whole(ColumnType type, Class<?> javaType) {
        int bytes = switch (type.name()) {
            case "int2" -> Short.BYTES;
            case "int4" -> Integer.BYTES;
            default -> Long.BYTES;
        };
        int javaBytes = javaType == Short.class
                ? Short.BYTES
                : javaType == Integer.class ? Integer.BYTES : javaType == Long.class ? Long.BYTES : 0;
        if (javaBytes == 0) {
            return new StoredForm.AskDatabase();
        }
        return javaBytes <= bytes ? new StoredForm.AsIs() : new Whole(type.sql(), bytes * Byte.SIZE);
    }

    static StoredForm decimal(ColumnType type) {
        return new Decimal(type.sql(), type.typmod() > 0, type.precision(), type.scale());
    }

    /** Whole numbers of fewer bits than the Java type has. */
    record Whole(String type, int bits) implements StoredForm {

        @Override
        public Object of(Object value) {
            return value;
        }

        @Override
        public void requireFits(Object value) {
            if (BigInteger.valueOf(((Number) value).longValue()).bitLength() >= bits) {
                throw new IllegalArgumentException("%s is out of range for type %s".formatted(value, type));
            }
        }
    }

    /**
     * Numbers with decimals.
     *
     * @param limited whether precision and scale are given
     */
    record Decimal(String type, boolean limited, int precision, int scale) implements StoredForm {

        /** Far below what PostgreSQL can hold; beyond it knows better. */
        private static final int KNOWN_DIGITS = 1_000;

        @Override
        public Object of(Object value) {
            if (!(value instanceof BigDecimal number)) {
                return value;
            }
            if (number.precision() > KNOWN_DIGITS || Math.abs((long) number.scale()) > KNOWN_DIGITS) {
                return UNKNOWN;
            }
            return limited ? rounded(number) : withoutExponent(number);
        }

        private BigDecimal rounded(BigDecimal number) {
            return number.scale() == scale && scale >= 0
                    ? number
                    : withoutExponent(number.setScale(scale, RoundingMode.HALF_UP));
        }

        private static BigDecimal withoutExponent(BigDecimal number) {
            return number.scale() < 0 ? number.setScale(0) : number;
        }

        /** 1 and 1.0 are one key. */
        @Override
        public Object ofKey(Object value) {
            var stored = of(value);
            return stored instanceof BigDecimal number ? number.stripTrailingZeros() : stored;
        }

        @Override
        public void requireFits(Object value) {
            if (limited) {
                var number = value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
                if (number.signum() != 0 && number.precision() - number.scale() > precision - scale) {
                    throw new IllegalArgumentException(
                            "numeric field overflow: %s does not fit into type %s".formatted(number, type));
                }
            }
        }
    }
}

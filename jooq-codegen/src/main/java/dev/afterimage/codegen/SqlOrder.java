package dev.afterimage.codegen;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** The order of Flyway's file names: V2__b.sql before V10__a.sql, then the files without a version, by name. */
final class SqlOrder {

    static final Comparator<Path> BY_VERSION_THEN_NAME =
            Comparator.comparing(SqlOrder::version, SqlOrder::compareVersions).thenComparing(SqlOrder::name);

    private static final Pattern VERSIONED = Pattern.compile("V(\\d+(?:[._]\\d+)*)__.*");

    private SqlOrder() {}

    /** Empty for a file without one. */
    private static List<BigInteger> version(Path file) {
        var matcher = VERSIONED.matcher(name(file));
        return matcher.matches()
                ? Arrays.stream(matcher.group(1).split("[._]"))
                        .map(BigInteger::new)
                        .toList()
                : List.of();
    }

    private static int compareVersions(List<BigInteger> left, List<BigInteger> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Boolean.compare(left.isEmpty(), right.isEmpty());
        }
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            int order = part(left, i).compareTo(part(right, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** 1 and 1.0 are the same version. */
    private static BigInteger part(List<BigInteger> version, int index) {
        return index < version.size() ? version.get(index) : BigInteger.ZERO;
    }

    private static String name(Path file) {
        return file.getName(file.getNameCount() - 1).toString();
    }
}

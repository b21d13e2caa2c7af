package dev.afterimage.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SqlOrderTest {

    @Test
    void versions_sort_by_number_and_names_come_after_them() {
        var inOrder = Stream.of("b.sql", "V10__a.sql", "a.sql", "V2__b.sql", "V1_1__z.sql", "V1.10__y.sql", "V1__x.sql")
                .map(Path::of)
                .sorted(SqlOrder.BY_VERSION_THEN_NAME)
                .map(Path::toString);

        assertThat(inOrder)
                .containsExactly(
                        "V1__x.sql", "V1_1__z.sql", "V1.10__y.sql", "V2__b.sql", "V10__a.sql", "a.sql", "b.sql");
    }
}

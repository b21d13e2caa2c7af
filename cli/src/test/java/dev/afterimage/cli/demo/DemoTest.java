package dev.afterimage.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.afterimage.cli.Run;
import dev.afterimage.examples.northwind.answers.KnownAnswers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void it_ends_with_the_right_answers_as_one_object() throws Exception {
        var run = Run.of("demo", "--json");

        assertThat(run.err())
                .contains("customer_sales: live and rebuilt at position 3962 have 91 and 91 rows, all equal");
        assertThat(run.status()).isZero();
        var answers = new JsonMapper().readTree(run.lastLine());
        assertThat(answers.get("events").asLong()).isEqualTo(3962);
        assertThat(answers.get("orders").asLong()).isEqualTo(830);
        assertThat(answers.get("shipped").asLong()).isEqualTo(809);
        assertThat(answers.get("lines").asLong()).isEqualTo(2155);
        assertThat(answers.get("net").asText()).isEqualTo("1265793.0395");
        assertThat(answers.get("topCustomer").asText()).isEqualTo("QUICK");
        assertThat(answers.get("topCustomerNet").asText()).isEqualTo("110277.3050");
        assertThat(answers.get("categories").get("Beverages").asText()).isEqualTo("267868.1800");
        assertThat(answers.get("categories")).hasSize(8);
        assertThat(answers.get("rebuildEqualsLive").asBoolean()).isTrue();
        assertThat(answers.get("seconds").asDouble()).isPositive();
    }

    @Test
    void off_a_terminal_it_prints_plain_lines_and_a_kept_folder_can_be_looked_into() throws Exception {
        var data = folder.resolve("data").toString();

        var demo = Run.of("demo", "--scale", "2", "--keep", data);
        var status = Run.of("status", "--json", "--keep", data);
        var forPeople = Run.of("status", "--keep", data);
        var again = Run.of("demo", "--keep", data);

        assertThat(demo.status()).isZero();
        assertThat(demo.out()).contains("net sales: 2531586.0790").matches("(?s)[^\\x00-\\x09\\x0b-\\x1f\\x7f]*");
        assertThat(Files.exists(Path.of(data))).isTrue();
        assertThat(new JsonMapper().readTree(status.lastLine()).get("head").asLong())
                .isEqualTo(2 * 3962);
        assertThat(status.lastLine()).contains("\"projection\":\"order_summary\",\"version\":2");
        assertThat(status.lastLine()).doesNotContain("BUILDING", "RUNNING");
        assertThat(forPeople.status()).isEqualTo(1);
        assertThat(forPeople.out())
                .doesNotContain("[failed]", "building", "running")
                .contains("nothing runs: the relay was closed ", "start a node, such as ./afterimage run");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("1,660 orders of an earlier demo");
    }

    @Test
    void an_answer_that_differs_from_the_datas_own_is_not_right() {
        var known = KnownAnswers.of(2).answers();

        assertThat(new DemoOutcome(1, known, true, Duration.ZERO, 2).isRight()).isTrue();
        assertThat(new DemoOutcome(1, known, true, Duration.ZERO, 3).isRight()).isFalse();
        assertThat(new DemoOutcome(1, known, false, Duration.ZERO, 2).isRight()).isFalse();
    }
}

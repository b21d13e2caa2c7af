package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NotificationsTest {

    private static final String LISTENERS =
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN \"news%'";

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Test
    void what_is_notified_is_heard_in_order() throws Exception {
        try (var listener = listen()) {
            assertThat(listener).isNotNull();
            assertThat(next()).isEqualTo("(connected)");
            tell("one", "two");

            assertThat(next()).isEqualTo("one");
            assertThat(next()).isEqualTo("two");
        }
    }

    @Test
    void a_lost_connection_is_replaced_and_the_owner_told_before_it_hears_again() throws Exception {
        try (var listener = listen()) {
            assertThat(listener).isNotNull();
            assertThat(next()).isEqualTo("(connected)");
            assertThat(Sql.value(database.dataSource(), LISTENERS)).isEqualTo("1");

            assertThat(next()).isEqualTo("(connected)");
            tell("after");
            assertThat(next()).isEqualTo("after");
        }
    }

    @Test
    void a_pool_with_auto_commit_off_hears_at_once_and_gets_its_connection_back_as_it_was() throws Exception {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            try (var listener = new Notifications(
                    new SameConnection(connection), "news", heard::add, () -> heard.add("(connected)"))) {
                assertThat(listener).isNotNull();
                assertThat(next()).isEqualTo("(connected)");
                tell("one");
                assertThat(next()).isEqualTo("one");
            }
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(Sql.value(new SameConnection(connection), "SELECT count(*) FROM pg_listening_channels()"))
                    .isEqualTo("0");
        }
    }

    @Test
    void a_channel_is_taken_as_it_is_written() throws Exception {
        try (var listener = new Notifications(
                database.dataSource(), "News \"of\" today", heard::add, () -> heard.add("(connected)"))) {
            assertThat(listener).isNotNull();
            assertThat(next()).isEqualTo("(connected)");
            Sql.execute(database.dataSource(), "SELECT pg_notify('News \"of\" today', 'one')");
            assertThat(next()).isEqualTo("one");
        }
    }

    @Test
    void closing_is_bounded_when_the_server_does_not_answer() throws Exception {
        var asked = new CountDownLatch(1);
        var source = new SameConnection(database.connect());
        try (var stuck = source.getConnection()) {
            var listener = new Notifications(source, "news", heard::add, () -> {
                asked.countDown();
                try (var statement = stuck.createStatement()) {
                    statement.execute("SELECT pg_sleep(60)");
                } catch (SQLException e) {
                    heard.add("(cut)");
                }
            });
            assertThat(asked.await(2, TimeUnit.MINUTES)).isTrue();
            listener.close();

            assertThat(next()).isEqualTo("(cut)");
        }
        Sql.execute(
                database.dataSource(),
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'");
    }

    @Test
    void it_goes_on_listening_when_what_it_tells_fails() throws Exception {
        var failures = new AtomicInteger();
        try (var listener = new Notifications(
                database.dataSource(),
                "news",
                text -> {
                    failures.incrementAndGet();
                    heard.add(text);
                    throw new IllegalStateException("cannot read " + text);
                },
                () -> {
                    heard.add("(connected)");
                    if (failures.incrementAndGet() == 1) {
                        throw new IllegalStateException("cannot look for myself yet");
                    }
                })) {
            assertThat(listener).isNotNull();
            assertThat(next()).isEqualTo("(connected)");
            assertThat(next()).isEqualTo("(connected)");
            tell("one");
            assertThat(next()).isEqualTo("one");
            assertThat(next()).isEqualTo("(connected)");
            tell("two");
            assertThat(next()).isEqualTo("two");
        }
    }

    @Test
    void closing_ends_the_thread_and_gives_the_connection_back() throws Exception {
        var listener = listen();
        assertThat(next()).isEqualTo("(connected)");
        listener.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("afterimage-listen-news");
        assertThat(Sql.value(database.dataSource(), LISTENERS)).isEqualTo("0");
    }

    private Notifications listen() {
        return new Notifications(database.dataSource(), "news", heard::add, () -> heard.add("(connected)"));
    }

    private @Nullable String next() throws InterruptedException {
        return heard.poll(10, TimeUnit.SECONDS);
    }

    private static void tell(String... texts) throws SQLException {
        for (var text : texts) {
            Sql.execute(database.dataSource(), "NOTIFY news, '%s'".formatted(text));
        }
    }
}

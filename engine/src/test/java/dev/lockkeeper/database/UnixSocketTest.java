package dev.lockkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A session over a socket of the file system can be stalled, cut and timed out like one over TCP. */
@Tag("RUN-15")
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class UnixSocketTest {
    private OpenServer server;

    @BeforeAll
    void start() {
        server = new OpenServer("local all all md5\n", Map.of(), List.of());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Target target(String parameters) {
        return new TargetResolver(Map.of("PGPASSWORD", server.password(), "PGUSER", server.user()))
                .resolve(
                        "host=" + server.sockets() + " port=" + server.port() + " dbname=postgres " + parameters,
                        new Environment("local", null, null, Map.of()),
                        null);
    }

    private Session open(String parameters) {
        return Session.open(target(parameters), "socket");
    }

    @Test
    void large_messages_go_through_in_both_directions() {
        try (Session session = open("")) {
            String text = "x".repeat(20_000_000);
            assertThat(session.query("select '" + text + "'").get(0)[0]).isEqualTo(text);
            assertThat(session.query("select inet_server_addr()").get(0)[0]).isNull();
        }
    }

    @Test
    void an_answer_that_does_not_come_is_given_up_after_the_time_out() {
        Session session = open("socketTimeout=1");
        SqlFailure failure = catchThrowableOfType(SqlFailure.class, () -> session.alone("select pg_sleep(40)"));
        assertThat(failure.connectionLost()).isTrue();
        session.cut();
    }

    @Test
    void another_thread_ends_a_session_that_waits_for_an_answer() {
        Session session = open("socketTimeout=0");
        CompletableFuture<Void> work =
                CompletableFuture.runAsync(() -> session.alone("select pg_sleep(50)"), r -> new Thread(r).start());
        Awaitility.await().until(() -> activity("select pg_sleep(50)"));
        session.cut();
        assertThatThrownBy(work::join)
                .cause()
                .isInstanceOfSatisfying(
                        SqlFailure.class, e -> assertThat(e.connectionLost()).isTrue());
    }

    @Test
    void another_thread_ends_a_session_that_cannot_send_because_the_server_stands_still()
            throws IOException, InterruptedException {
        Session session = open("socketTimeout=0");
        int pid = session.pid();
        signal("STOP", pid);
        try {
            CompletableFuture<Void> work = CompletableFuture.runAsync(
                    () -> session.execute("select '" + "x".repeat(20_000_000) + "'"), r -> new Thread(r).start());
            Awaitility.await().until(() -> writing());
            session.cut();
            assertThatThrownBy(work::join).cause().isInstanceOf(SqlFailure.class);
        } finally {
            signal("CONT", pid);
        }
    }

    @Test
    void an_interrupt_does_not_end_the_session() {
        try (Session session = open("")) {
            Thread.currentThread().interrupt();
            assertThat(session.query("select 1 from pg_sleep(0.1)").get(0)[0]).isEqualTo("1");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(session.query("select 2").get(0)[0]).isEqualTo("2");
        }
    }

    @Test
    void the_account_of_the_server_can_be_demanded() throws IOException {
        String owner = Files.getOwner(server.sockets()).getName();
        try (Session session = open("requirepeer=" + owner)) {
            assertThat(session.query("select 1")).hasSize(1);
        }
        LockkeeperException thrown = catchThrowableOfType(
                LockkeeperException.class, () -> open("requirepeer=nobody-else").close());
        assertThat(thrown.getCause())
                .hasRootCauseMessage("requirepeer asks for a server of nobody-else, but it runs as " + owner);
    }

    private static boolean writing() {
        return Thread.getAllStackTraces().values().stream()
                .anyMatch(trace ->
                        List.of(trace).stream().anyMatch(e -> e.getClassName().contains("UnixSocket"))
                                && List.of(trace).stream()
                                        .anyMatch(e -> e.getMethodName().equals("write")));
    }

    private boolean activity(String query) {
        return server.one("select count(*) from pg_stat_activity where application_name = 'socket' and state = 'active'"
                        + " and query = '" + query + "'")
                .equals("1");
    }

    private static void signal(String name, int pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Integer.toString(pid)).start().waitFor();
    }
}

package dev.lockkeeper.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.PgBouncer;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What probes are told, of a database that changes, hangs and goes. */
@Tag("OPS-02")
class HealthServerTest {
    private static EmbeddedPostgres server;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Lockkeeper component(String name, String database) throws IOException {
        Files.writeString(folder.resolve("V1__first.sql"), "create table a (id int);");
        Files.writeString(folder.resolve("U1__first.sql"), "drop table a;");
        return Lockkeeper.of(
                new Folder(name, folder, Convention.FLYWAY, Tokens.none()),
                target(database),
                "lockkeeper",
                Policy.strict());
    }

    private static Target target(String database) {
        return new Target("127.0.0.1", server.port(), database, server.user(), new Secret(server.password()), Map.of());
    }

    private static HealthServer serve(@Nullable DriftLook drift, Lockkeeper... components) {
        return HealthServer.start(
                InetAddress.getLoopbackAddress(),
                0,
                new Examiner(List.of(components), address -> drift, Clock.systemUTC()),
                Clock.systemUTC());
    }

    private static void apply(Lockkeeper component) {
        component.run(Request.apply(), Duration.ofSeconds(30), event -> {});
    }

    private HttpResponse<String> call(HealthServer health, String method, String path)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + health.address().getPort() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(8))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int status(HealthServer health, String path) throws IOException, InterruptedException {
        return call(health, "GET", path).statusCode();
    }

    @Test
    void a_change_is_told_soon_and_the_process_is_live_all_the_time() throws Exception {
        Lockkeeper component = component("main", server.createDatabase());
        try (HealthServer health = serve(null, component)) {
            assertThat(status(health, "/live")).isEqualTo(200);
            assertThat(health.looks()).isZero();
            assertThat(status(health, "/ready")).isEqualTo(503);
            assertThat(call(health, "GET", "/health").body())
                    .contains("\"healthy\":false", "\"1 pending\"", "\"pending\":1", "\"version\":null");

            apply(component);

            await().until(() -> status(health, "/ready") == 200);
            assertThat(call(health, "GET", "/health").body())
                    .contains("\"healthy\":true", "\"version\":\"1\"", "\"applied\":1", "\"drift\":null");

            Files.writeString(folder.resolve("V1__first.sql"), "create table a (id bigint);");
            try (HealthServer later =
                    serve(null, component("main", component.target().database()))) {
                assertThat(status(later, "/ready")).isEqualTo(200);
            }
        }
    }

    @Test
    void a_failed_migration_is_not_healthy() throws Exception {
        String database = server.createDatabase();
        Lockkeeper component = component("main", database);
        apply(component);
        Files.writeString(folder.resolve("V2__bad.sql"), "select 1 / 0;");
        Files.writeString(folder.resolve("U2__bad.sql"), "select 1;");
        Lockkeeper bad = component("main", database);
        assertThatThrownBy(() -> apply(bad)).isInstanceOf(LockkeeperException.class);

        try (HealthServer health = serve(null, bad)) {
            assertThat(call(health, "GET", "/health").body()).contains("\"1 failed\"", "\"version\":\"1\"");
            assertThat(status(health, "/ready")).isEqualTo(503);
        }
    }

    @Test
    void thousands_of_questions_cost_the_database_one_look_a_second() throws Exception {
        Lockkeeper component = component("main", server.createDatabase());
        apply(component);
        try (HealthServer health =
                serve(null, component, component("main", component.target().database()))) {
            long start = System.nanoTime();
            for (int i = 0; i < 2_000; i++) {
                assertThat(status(health, "/ready")).isEqualTo(200);
            }
            long seconds = (System.nanoTime() - start) / 1_000_000_000;
            assertThat(health.looks()).isBetween(1L, seconds + 1);
            // and one connection, however many components the database has
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement();
                    var rows = statement.executeQuery("select count(*) from pg_stat_activity where datname = '"
                            + component.target().database() + "'")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
        }
    }

    @Test
    void who_holds_a_lock_on_the_record_is_named_and_what_is_not_known_is_not_ready() throws Exception {
        Lockkeeper component = component("main", server.createDatabase());
        apply(component);
        try (HealthServer health = serve(null, component);
                Connection rival = server.connect(component.target().database());
                Statement statement = rival.createStatement()) {
            assertThat(status(health, "/ready")).isEqualTo(200);
            statement.execute("begin; lock table lockkeeper.history in access exclusive mode");

            await().until(() -> status(health, "/ready") == 503);
            assertThat(call(health, "GET", "/health").body())
                    .contains("\"code\":\"lock-not-available\"", " holds lockkeeper.history, in a transaction since ");
            assertThat(call(health, "GET", "/metrics").body())
                    .contains("lockkeeper_known{component=\"main\"} 0\n")
                    .doesNotContain("lockkeeper_migrations");

            statement.execute("rollback");
            await().until(() -> status(health, "/ready") == 200);
        }
    }

    @Test
    void what_hangs_is_unknown_and_unknown_is_not_ready() throws Exception {
        Lockkeeper component = component("main", server.createDatabase());
        apply(component);
        try (HealthServer health = serve(null, component);
                Connection rival = server.connect(component.target().database());
                Statement statement = rival.createStatement()) {
            assertThat(status(health, "/ready")).isEqualTo(200);
            String process;
            try (var rows = statement.executeQuery("select pid from pg_stat_activity where datname = current_database()"
                    + " and application_name = 'lockkeeper status'")) {
                rows.next();
                process = rows.getString(1);
            }
            assertThat(new ProcessBuilder("kill", "-STOP", process).start().waitFor())
                    .isZero();

            await().until(() -> status(health, "/ready") == 503);
            assertThat(call(health, "GET", "/health").body()).contains("\"unknown\":\"the database does not answer\"");
            assertThat(call(health, "GET", "/metrics").body())
                    .contains("lockkeeper_look_answered 0\n")
                    .doesNotContain("lockkeeper_healthy");
            assertThat(status(health, "/live")).isEqualTo(200);

            assertThat(new ProcessBuilder("kill", "-CONT", process).start().waitFor())
                    .isZero();
            await().until(() -> status(health, "/ready") == 200);
        }
    }

    @Test
    void a_connection_that_is_lost_comes_back() throws Exception {
        String database = server.createDatabase();
        Lockkeeper component = component("main", database);
        apply(component);
        try (HealthServer health = serve(null, component);
                Connection rival = server.connect("postgres");
                Statement statement = rival.createStatement()) {
            assertThat(status(health, "/ready")).isEqualTo(200);
            statement.execute("alter database " + database + " allow_connections false");
            statement.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database + "'");

            await().until(() -> status(health, "/ready") == 503);
            assertThat(call(health, "GET", "/health").body()).contains("\"code\":\"connection-failed\"");
            assertThat(call(health, "GET", "/metrics").body())
                    .contains("lockkeeper_known{component=\"main\"} 0\n", "lockkeeper_healthy{component=\"main\"} 0\n")
                    .doesNotContain("lockkeeper_migrations");

            statement.execute("alter database " + database + " allow_connections true");
            await().until(() -> status(health, "/ready") == 200);
        }
    }

    @Test
    void a_run_at_work_is_seen() throws Exception {
        String database = server.createDatabase();
        Lockkeeper component = component("main", database);
        apply(component);
        Files.writeString(folder.resolve("V2__slow.sql"), "select pg_advisory_lock(7);");
        Files.writeString(folder.resolve("U2__slow.sql"), "select 1;");
        Lockkeeper slow = component("main", database);
        try (Connection rival = server.connect(database);
                Statement statement = rival.createStatement();
                HealthServer health = serve(null, slow)) {
            statement.execute("select pg_advisory_lock(7)");
            Thread run = new Thread(() -> apply(slow));
            run.start();

            await().until(() ->
                    call(health, "GET", "/metrics").body().contains("lockkeeper_run_at_work{component=\"main\"} 1\n"));
            assertThat(call(health, "GET", "/health").body()).contains("\"atWork\":\"lockkeeper apply main (pid ");

            statement.execute("select pg_advisory_unlock(7)");
            run.join();
        }
    }

    @Test
    void hostile_names_stay_within_their_quotes() throws Exception {
        Lockkeeper component = component("ma\"in\n\\é🙂", server.createDatabase());
        try (HealthServer health = serve(new DriftLook(Instant.EPOCH, 2, null), component)) {
            assertThat(call(health, "GET", "/metrics").body().lines())
                    .contains(
                            "# TYPE lockkeeper_healthy gauge",
                            "lockkeeper_healthy{component=\"ma\\\"in\\n\\\\é🙂\"} 0",
                            "lockkeeper_migrations{component=\"ma\\\"in\\n\\\\é🙂\",state=\"pending\"} 1",
                            "lockkeeper_drift_differences{component=\"ma\\\"in\\n\\\\é🙂\"} 2")
                    .allMatch(line -> line.matches("# (HELP|TYPE) lockkeeper_[a-z_]+ .+")
                            || line.matches("lockkeeper_[a-z_]+(\\{[a-z]+=\".*\"})? \\d+"));
        }
    }

    @Test
    void drift_that_is_not_known_is_not_healthy() throws Exception {
        Lockkeeper component = component("main", server.createDatabase());
        apply(component);
        try (HealthServer health = serve(new DriftLook(Instant.EPOCH, 0, "nobody has looked"), component)) {
            assertThat(status(health, "/ready")).isEqualTo(503);
            assertThat(call(health, "GET", "/metrics").body())
                    .contains("lockkeeper_drift_age_seconds")
                    .doesNotContain("lockkeeper_drift_differences");
        }
        try (HealthServer health = serve(new DriftLook(Instant.EPOCH, 0, null), component)) {
            assertThat(status(health, "/ready")).isEqualTo(200);
        }
    }

    @Test
    void only_four_paths_and_two_methods_are_there() throws Exception {
        try (HealthServer health = serve(null, component("main", server.createDatabase()))) {
            assertThat(status(health, "/")).isEqualTo(404);
            assertThat(status(health, "/live/")).isEqualTo(404);
            assertThat(status(health, "/live?x=1")).isEqualTo(200);
            assertThat(status(health, "/%2e%2e/etc/passwd")).isEqualTo(404);
            for (String method : List.of("POST", "PUT", "DELETE", "TRACE", "OPTIONS")) {
                HttpResponse<String> answer = call(health, method, "/live");
                assertThat(answer.statusCode()).isEqualTo(405);
                assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
            }
            HttpResponse<String> head = call(health, "HEAD", "/live");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("content-length")).contains("5");
            assertThat(call(health, "GET", "/metrics").headers().firstValue("content-type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            assertThat(health.looks()).isEqualTo(1);
        }
    }

    @Test
    void clients_that_say_nothing_keep_nobody_from_an_answer() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (HealthServer health = serve(null, component("main", server.createDatabase()))) {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), health.address().getPort());
                socket.getOutputStream().write("GET /live HTTP/1.1\r\nX".getBytes(StandardCharsets.US_ASCII));
                silent.add(socket);
            }
            assertThat(status(health, "/live")).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void a_port_that_is_taken_is_told() throws Exception {
        try (HealthServer health = serve(null, component("main", server.createDatabase()));
                Examiner examiner = new Examiner(List.of(), address -> null, Clock.systemUTC())) {
            assertThatThrownBy(() -> HealthServer.start(
                            InetAddress.getLoopbackAddress(), health.address().getPort(), examiner, Clock.systemUTC()))
                    .isInstanceOfSatisfying(
                            LockkeeperException.class,
                            e -> assertThat(e.problems().get(0).code()).isEqualTo(Code.HEALTH_ADDRESS));
        }
    }

    @Test
    @Tag("PM-10")
    void behind_a_pooler_that_lends_sessions_it_is_seen_as_well() throws Exception {
        assumeTrue(PgBouncer.isInstalled(), "pgbouncer is missing: apt-get install pgbouncer");
        String database = server.createDatabase();
        apply(component("main", database));
        try (PgBouncer pooler = new PgBouncer(server, folder, "transaction", 2)) {
            Target through = new Target(
                    "127.0.0.1", pooler.port(), database, server.user(), new Secret(server.password()), Map.of());
            Lockkeeper component = Lockkeeper.of(
                    new Folder("main", folder, Convention.FLYWAY, Tokens.none()),
                    through,
                    "lockkeeper",
                    Policy.strict());
            try (HealthServer health = serve(null, component)) {
                assertThat(status(health, "/ready")).isEqualTo(200);
            }
        }
    }
}

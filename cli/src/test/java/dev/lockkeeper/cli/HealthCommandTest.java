package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("OPS-02")
@ExtendWith(Desk.Extension.class)
class HealthCommandTest {
    private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    @Test
    void exit_code_says_whether_each_component_is_as_its_files_say(Desk desk) {
        desk.project();
        Desk.Outcome before = desk.run("health");
        assertThat(before.out())
                .contains(
                        ": not healthy\n    1 pending\n    version none, nothing was ever applied\n",
                        "1 of 1 not healthy.");
        assertThat(before.exitCode()).isEqualTo(3);

        desk.run("apply");
        Desk.Outcome after = desk.run("health");
        assertThat(after.out()).contains("✓ main in ", ": healthy\n    version 1, last migration ", "All 1 healthy.");
        assertThat(after.exitCode()).isZero();
        Desk.Outcome json = desk.run("health", "--output", "json");
        assertThat(json.out()).contains("\"healthy\":true", "\"version\":\"1\"", "\"drift\":null");
        assertThat(json.exitCode()).isZero();
    }

    @Test
    void database_that_nobody_gets_into_is_not_healthy(Desk desk) {
        desk.project();
        Desk.Outcome away = desk.run("health", "--database", "postgresql://me@127.0.0.1:1/shop", "--output", "json");
        assertThat(away.out()).contains("\"healthy\":false", "\"code\":\"connection-failed\"", "\"applied\":null");
        assertThat(away.exitCode()).isEqualTo(5);
    }

    @Test
    void drift_is_compared_when_it_is_asked_for(Desk desk) {
        desk.project().run("apply");
        Desk.Outcome same = desk.run("health", "--drift");
        assertThat(same.out()).contains("    no drift, ", "All 1 healthy.");
        assertThat(same.exitCode()).isZero();

        desk.execute("alter table first add column by_hand int");
        Desk.Outcome apart = desk.run("health", "--drift", "--output", "json");
        assertThat(apart.out())
                .contains("\"reasons\":[\"the database differs from its history in 1 place\"]", "\"differences\":1");
        assertThat(apart.exitCode()).isEqualTo(3);
        assertThat(desk.run("health").exitCode()).isZero();
    }

    @Test
    void options_that_do_not_go_together_are_refused(Desk desk) {
        desk.project();
        assertThat(desk.run("health", "--bind", "0.0.0.0").err()).contains("error[usage]: --bind is for --serve");
        assertThat(desk.run("health", "--serve", "70000").err()).contains("error[usage]: 70000 is not a port");
        assertThat(desk.run("health", "--serve", "0", "--bind", "").err()).contains("error[health-address]:");
        assertThat(desk.run("health", "--serve", "0", "--drift=1s").err())
                .contains("error[usage]: --drift must be 10s");
        assertThat(desk.run("health", "--drift=often").err()).contains("error[usage]: often is not a duration");
    }

    @Test
    void process_that_serves_ends_at_once_by_a_signal_and_says_nothing_of_it(Desk desk) throws Exception {
        desk.project().run("apply");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dlockkeeper.binaries=" + System.getProperty("lockkeeper.binaries"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lockkeeper.cli.Main",
                "health",
                "--serve",
                "0",
                "--drift=10s",
                "--project",
                desk.folder().toString()));
        builder.environment().putAll(desk.variables());
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            Matcher line = URL.matcher(out.readLine());
            assertThat(line.lookingAt()).isTrue();
            HttpClient client = HttpClient.newHttpClient();
            URI metrics = URI.create(line.group() + "/metrics");
            // the first comparison takes as long as it takes a server to start
            await().atMost(2, TimeUnit.MINUTES)
                    .until(() -> client.send(
                                    HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                            .body()
                            .contains("lockkeeper_drift_differences{component=\"main\"} 0\n"));
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(line.group() + "/ready"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);

            // a Process would close what is left to read
            process.toHandle().destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(out.readLine()).isNull();
        } finally {
            process.destroyForcibly();
        }
        // and its connection is gone
        await().until(() -> desk.rows("select 1 from pg_stat_activity where datname = current_database() and"
                        + " application_name like 'lockkeeper%'")
                .isEmpty());
    }
}

package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs through PgBouncer, which Debian has under that name. */
@Tag("RUN-03")
@Tag("RUN-12")
class PoolerTest {
    private static EmbeddedPostgres server;

    @TempDir
    Path folder = Path.of("");

    private final List<Process> poolers = new ArrayList<>();

    @BeforeAll
    static void start() {
        assumeTrue(
                System.getenv("PATH").lines().findFirst().stream()
                        .flatMap(path -> List.of(path.split(":", -1)).stream())
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "pgbouncer"))),
                "pgbouncer is missing: apt-get install pgbouncer");
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process pooler : poolers) {
            pooler.destroy();
            pooler.waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** The workshop's project, reached through a pooler of its own. */
    private Lockkeeper through(String mode, Workshop workshop) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration = Files.writeString(
                folder.resolve(mode + ".ini"), """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = plain
                auth_file = %s
                pool_mode = %s
                ignore_startup_parameters = extra_float_digits
                """.formatted(server.port(), port, folder.resolve("users.txt"), mode));
        Files.writeString(folder.resolve("users.txt"), "\"" + server.user() + "\" \"" + server.password() + "\"\n");
        List<String> command = new ArrayList<>(List.of("pgbouncer", configuration.toString()));
        if (System.getProperty("user.name").equals("root")) {
            // it refuses to run as root
            new ProcessBuilder("chmod", "-R", "a+rX", folder.toString()).start();
            command.addAll(0, List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        }
        poolers.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(mode + ".log").toFile())
                .start());
        Target target = new Target(
                "127.0.0.1",
                port,
                workshop.target().database(),
                server.user(),
                new Secret(server.password()),
                Map.of());
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> !dev.lockkeeper.database.Session.open(target, "probe")
                        .serverVersion()
                        .isEmpty());
        return Lockkeeper.of(workshop.folder(Convention.FLYWAY, Tokens.none()), target, "lockkeeper", Policy.strict());
    }

    private Workshop workshop() throws IOException {
        Workshop workshop =
                new Workshop(server, Files.createTempDirectory("workshop").toRealPath());
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .migration(2, "create index concurrently t_id on t (id);", "drop index concurrently t_id;");
        return workshop;
    }

    @Test
    void pool_in_session_mode_serves_a_run_like_the_server_itself() throws IOException {
        try (Workshop workshop = workshop()) {
            Lockkeeper lockkeeper = through("session", workshop);
            Workshop.run(lockkeeper, Request.apply());
            assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
            Workshop.run(lockkeeper, Request.rollback(2));
            assertThat(workshop.tables()).isEmpty();
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void pool_in_transaction_mode_is_refused_with_the_way_out_and_no_trace() throws Exception {
        try (Workshop workshop = workshop()) {
            Lockkeeper lockkeeper = through("transaction", workshop);
            for (int i = 0; i < 2; i++) {
                Problem problem = workshop.problem(() -> Workshop.run(lockkeeper, Request.apply()));
                assertThat(problem.code()).isEqualTo(Code.POOLED_CONNECTION);
                assertThat(problem.help()).contains("session mode");
            }
            assertThat(workshop.tables()).isEmpty();
            assertThat(workshop.rows("select to_regnamespace('lockkeeper')")).containsExactly("null");
            workshop.run(
                    Request.applyTo(dev.lockkeeper.source.Version.parse("1").orElseThrow()));
            assertThat(workshop.problem(() -> Workshop.run(lockkeeper, Request.apply()))
                            .code())
                    .isEqualTo(Code.POOLED_CONNECTION);
            assertThat(workshop.rows("select count(*) from pg_locks where locktype = 'advisory'"))
                    .containsExactly("0");
            assertThat(lockkeeper.status().rows()).hasSize(2);
            end();
        }
    }
}

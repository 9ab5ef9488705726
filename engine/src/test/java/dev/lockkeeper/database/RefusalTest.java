package dev.lockkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.TargetResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way not to get in is told apart, with the advice that fits. */
@Tag("RUN-15")
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalTest {
    private OpenServer server;

    @BeforeAll
    void start() {
        SelfSigned certificate = SelfSigned.of("localhost", "RSA");
        server = new OpenServer(
                """
                hostssl all encrypted all scram-sha-256
                hostnossl all encrypted all reject
                hostssl all certified all cert
                hostssl all unlisted all scram-sha-256
                hostnossl all unlisted all reject
                host all peerless all ident
                host all trusted all trust
                host all nobody all trust
                host all nologin all trust
                host all few all trust
                """,
                Map.of("server.crt", certificate.certificate(), "server.key", certificate.key()),
                List.of("ssl=on", "ssl_ca_file=server.crt"));
        server.execute(
                "create role app login password 'secret'",
                "create role encrypted login password 'secret'",
                "create role certified login",
                "create role peerless login",
                "create role trusted login",
                "create role nologin",
                "create role few login connection limit 0",
                "create database shop",
                "create database closed",
                "revoke connect on database closed from public",
                "create database unconnectable allow_connections false");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Problem refusal(String address, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(Map.of("HOME", "/nonexistent"));
        all.putAll(variables);
        LockkeeperException thrown = catchThrowableOfType(
                LockkeeperException.class,
                () -> Session.open(
                                new TargetResolver(all)
                                        .resolve(address, new Environment("local", null, null, Map.of()), null),
                                "test")
                        .close());
        assertThat(thrown).as(address).isNotNull();
        return thrown.problems().get(0);
    }

    private String address(String rest) {
        return "postgresql://" + rest.replace("@SERVER", "@localhost:" + server.port());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app@SERVER/shop?sslmode=disable|wrong|AUTHENTICATION_FAILED|rejected user app|check PGUSER, and PGPASSWORD",
                "app@SERVER/shop||AUTHENTICATION_FAILED|no password is given for user app|set PGPASSWORD",
                "encrypted@SERVER/shop?sslmode=disable|secret|AUTHENTICATION_FAILED|no rule of the server (pg_hba.conf)|sslmode=require",
                "certified@SERVER/shop|secret|AUTHENTICATION_FAILED|no rule of the server (pg_hba.conf)|sslcert and sslkey",
                "peerless@SERVER/shop|secret|AUTHENTICATION_FAILED|rejected user peerless|not by a password",
                "nobody@SERVER/shop|secret|AUTHENTICATION_FAILED|no user nobody that may log in|check the user",
                "nologin@SERVER/shop|secret|AUTHENTICATION_FAILED|no user nologin that may log in|check the user",
                "app@SERVER/shop?require_auth=md5|secret|AUTHENTICATION_FAILED|than require_auth allows|right server",
                "trusted@SERVER/shop?channel_binding=require|secret|AUTHENTICATION_FAILED|channel binding|needs TLS",
                "app@SERVER/none|secret|CONNECTION_FAILED|no database none|createdb none",
                "app@SERVER/closed|secret|CONNECTION_FAILED|user app may not connect to database closed|grant connect",
                "app@SERVER/unconnectable|secret|CONNECTION_FAILED|database unconnectable takes no connections|another database",
                "app@SERVER/shop?options=-cnonsense%3D1|secret|CONNECTION_FAILED|settings of the address|check options",
                "few@SERVER/shop|secret|SERVER_EXHAUSTED|no connection left|others have ended",
                "app@SERVER/shop?sslmode=verify-full|secret|CONNECTION_FAILED|the encrypted connection to|sslrootcert",
                "app@SERVER/shop?sslmode=verify-full&sslrootcert=system|secret|CONNECTION_FAILED|the encrypted connection to|sslrootcert",
                "app@SERVER/shop?sslmode=verify-ful|secret|USAGE|sslmode of the address|did you mean verify-full?",
                "app@SERVER/shop?target_session_attrs=standby|secret|CONNECTION_FAILED|no server is standby|target_session_attrs",
                "app@nosuch.invalid/shop|secret|CONNECTION_FAILED|the host nosuch.invalid is not known|check the name",
                "app@127.0.0.1:1/shop|secret|CONNECTION_FAILED|nothing listens at 127.0.0.1:1|check that the server runs",
                "app@%2Fnone:1/shop|secret|CONNECTION_FAILED|there is no socket /none/.s.PGSQL.1|unix_socket_directories"
            })
    void a_refusal_is_told_as_what_it_is(String rest, String password, Code code, String message, String help) {
        Problem problem = refusal(address(rest), password == null ? Map.of() : Map.of("PGPASSWORD", password));
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.message()).contains(message);
        assertThat(problem.help()).contains(help);
        assertThat(problem.toString()).doesNotContain("secret");
    }

    @Test
    void the_variable_that_was_to_hold_the_password_is_named() {
        Environment staging = new Environment("staging", address("app@SERVER/shop"), "STAGING_PASSWORD", Map.of());
        LockkeeperException thrown = catchThrowableOfType(
                LockkeeperException.class,
                () -> Session.open(
                                new TargetResolver(Map.of("HOME", "/nonexistent", "PGPASSWORD", "secret"), true)
                                        .resolve(null, staging, null),
                                "test")
                        .close());
        assertThat(thrown.problems().get(0).why()).contains("STAGING_PASSWORD", "not set");
        assertThat(thrown.problems().get(0).help()).isEqualTo("set STAGING_PASSWORD");
    }

    @Test
    void what_speaks_another_protocol_is_no_server() {
        for (String answer :
                List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.9\r\n", "220 mail\r\n", "")) {
            for (String mode : List.of("disable", "prefer", "require")) {
                Problem problem = answering(answer, port -> {}, "?sslmode=" + mode + "&connect_timeout=5");
                assertThat(problem.code()).isEqualTo(Code.CONNECTION_FAILED);
                // an S is what a server with TLS says
                boolean like = answer.startsWith("S") && !mode.equals("disable");
                assertThat(problem.message())
                        .as(answer + mode)
                        .contains(like ? "ended the encrypted connection" : "is not a PostgreSQL server");
                assertThat(problem.help()).contains("check the port");
            }
        }
    }

    @Test
    void a_server_without_tls_is_told_from_one_that_is_away() {
        assertThat(answering("N", port -> {}, "?sslmode=require&connect_timeout=5")
                        .message())
                .contains("does not offer TLS");
    }

    @Test
    void a_server_that_says_nothing_did_not_answer_in_time() {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Problem problem =
                    refusal("postgresql://app@127.0.0.1:" + silent.getLocalPort() + "/x?connect_timeout=1", Map.of());
            assertThat(problem.message()).contains("did not answer in time");
            assertThat(problem.help()).contains("connect_timeout");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_server_that_starts_up_is_not_ready_and_the_next_one_is_tried() {
        byte[] fields =
                "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0Rx\0\0".getBytes(StandardCharsets.UTF_8);
        String message = "E" + (char) 0 + (char) 0 + (char) 0 + (char) (fields.length + 4)
                + new String(fields, StandardCharsets.UTF_8);
        Problem problem = answering(message, port -> {}, "?sslmode=disable&gssencmode=disable");
        assertThat(problem.code()).isEqualTo(Code.CONNECTION_FAILED);
        assertThat(problem.message()).contains("is not ready: the database system is starting up");
        answering(
                message,
                port -> {
                    try (Session session = Session.open(
                            new TargetResolver(Map.of("PGPASSWORD", "secret"))
                                    .resolve(
                                            "postgresql://app@127.0.0.1:" + port + ",localhost:" + server.port()
                                                    + "/shop?sslmode=disable&gssencmode=disable",
                                            new Environment("local", null, null, Map.of()),
                                            null),
                            "test")) {
                        assertThat(session.query("show port").get(0)[0]).isEqualTo(Integer.toString(server.port()));
                    }
                },
                "?sslmode=disable&gssencmode=disable");
    }

    @Test
    void all_hosts_that_were_tried_are_named() {
        Problem problem = refusal("postgresql://app@127.0.0.1:1,nosuch.invalid,127.0.0.1:2/x", Map.of());
        assertThat(problem.message()).contains("127.0.0.1:2");
        assertThat(problem.notes())
                .containsExactly(
                        "tried before: nothing listens at 127.0.0.1:1",
                        "tried before: the host nosuch.invalid is not known");
    }

    @Test
    void the_driver_logs_nothing_by_itself() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try {
            refusal(address("app@SERVER/shop?sslmode=verify-full&sslrootcert=system"), Map.of());
            refusal("postgresql://app@%2Ftmp%2Fno-such-folder:5432/x", Map.of());
            refusal("postgresql://app@nosuch.invalid/x", Map.of());
        } finally {
            root.removeHandler(handler);
        }
        assertThat(lines).isEmpty();
    }

    /** The refusal of something that answers each first message so, after the work has seen its port. */
    private static Problem answering(String answer, Consumer<Integer> work, String parameters) {
        try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            new Thread(() -> answer(stranger, answer)).start();
            work.accept(stranger.getLocalPort());
            return refusal("postgresql://app@127.0.0.1:" + stranger.getLocalPort() + "/x" + parameters, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(ServerSocket stranger, String answer) {
        while (!stranger.isClosed()) {
            try (Socket client = stranger.accept()) {
                if (client.getInputStream().read(new byte[1024]) < 0) {
                    continue;
                }
                client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            } catch (IOException e) {
                // the client went away, or the test is over
            }
        }
    }
}

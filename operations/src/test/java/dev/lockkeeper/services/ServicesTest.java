package dev.lockkeeper.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.lockkeeper.doctor.DoctorWriter;
import dev.lockkeeper.doctor.Examination;
import dev.lockkeeper.doctor.Finding;
import dev.lockkeeper.doctor.Services;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a manifest, and what is told of its services. */
@Tag("OPS-06")
class ServicesTest {
    static {
        // read once for all servers of the process, of which other tests ask much
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final String SECRET = "s3cr3t-0123456789";

    @TempDir
    Path folder = Path.of("");

    private List<Service> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("services.yaml"), text);
        return ServicesFile.read(file, Set.of("staging", "production"));
    }

    private List<String> refusals(String text) {
        LockkeeperException e =
                Objects.requireNonNull(catchThrowableOfType(LockkeeperException.class, () -> read(text)));
        return e.problems().stream()
                .map(one -> Objects.requireNonNull(one.place()).line() + ":"
                        + Objects.requireNonNull(one.place()).column() + " " + one.message() + " | " + one.help())
                .toList();
    }

    private static Examination examine(List<Service> services, String environment, Map<String, String> variables) {
        return Services.of(
                "services.yaml",
                environment,
                services.size(),
                new Round(variables).visit(services, environment, false));
    }

    private static List<String> told(Examination examination) {
        return examination.findings().stream()
                .map(one -> one.symptom().slug() + ": " + one.what())
                .toList();
    }

    @Test
    @Tag("PM-11")
    void the_reference_manifest_has_all_seven_kinds_and_says_what_staging_needs() {
        List<Service> services = ServicesFile.read(
                Path.of("../schemas/prediction-market/services.yaml"), Set.of("local", "preview", "staging"));

        assertThat(services).extracting(Service::kind).containsExactlyInAnyOrder(Kind.values());
        assertThat(new Round(Map.of()).visit(services, "local", true)).isEmpty();
        List<Visit> staging = new Round(Map.of()).visit(services, "staging", true);
        assertThat(staging).hasSize(7).allMatch(visit -> !visit.missing().isEmpty());
        assertThat(staging.stream().flatMap(visit -> visit.missing().stream()))
                .contains("PREDICTION_MODELS_KEY", "PREDICTION_CACHE_HOST")
                .hasSize(10);
    }

    @Test
    void all_that_is_wrong_is_told_at_once_with_its_place() throws IOException {
        assertThat(refusals("""
                services:
                  one:
                    kind: key-valu
                    variables: [A, 'B C']
                    timout: 3s
                    verify: {tcp: here}
                  two:
                    kind: vector
                    environments: {stagin: {}}
                    verify:
                      http: {url: 'https://${HOST}/', status: 20, headers: {Host: x, "a b": y}}
                  three:
                    kind: hosting
                    timeout: 2h
                    verify: {command: 'psql -c x'}
                  four:
                    verify: {tcp: 'a:1', command: [run, '${SECRET}']}
                  five: {kind: database}
                """))
                .containsExactly(
                        "3:11 key-valu is not a value of kind | did you mean key-value?",
                        "4:5 an item of variables is not the name of an environment variable | a name has letters, digits and"
                                + " underscores; its value never stands in this file",
                        "5:5 the key timout is not known here | did you mean timeout?",
                        "6:19 this is not an address | write HOST:PORT, such as ${CACHE_HOST}:6379",
                        "9:20 there is no environment stagin | did you mean staging?",
                        "11:19 ${HOST} is no variable of the service | name it under variables:",
                        "11:61 a request cannot be sent with the header Host | remove it",
                        "11:70 a request cannot be sent with the header a b | remove it",
                        "11:47 20 is not a status of HTTP | write a number such as 200 or 204",
                        "14:14 2h is not a time for it | write a time up to 1min, such as 5s",
                        "15:23 a command is a list: no shell divides it into words | write command: [PROGRAM, ARGUMENT]",
                        "17:5 the service four has no kind | write kind: with one of database, key-value, vector, object-store,"
                                + " realtime, hosting, inference",
                        "17:35 a command takes no ${...}: everybody on the machine could read the value in its arguments | let the"
                                + " program read the variable itself; it gets those that the service declares",
                        "17:13 the verification of four is more than one | write one of http:, tcp: and command:",
                        "18:9 the service five has no verification | write verify: with http:, tcp: or command:");
        assertThat(refusals(
                        "services: {a: {kind: hosting, variables: [DB_HOST], verify: {tcp: '${DB_HOST}:${DB_PORT}'}}}"))
                .hasSize(1)
                .allMatch(one -> one.endsWith(" | name it under variables:, or did you mean ${DB_HOST}?"));
        assertThat(refusals("""
                services:
                  a: {kind: hosting, verify: {tcp: 'x:99999'}}
                  b: {kind: hosting, variables: [A], verify: {http: {url: 'http://127.0.0.1:1/${A'}}}
                  c: {kind: hosting, verify: {http: {url: 'http://a b/'}}}
                  d: {kind: hosting, verify: {http: {url: 'http://a:99999/'}}}
                  e: {kind: hosting, variables: [A], verify: {http: {url: 'http://a:1/', headers: {x: '${A'}}}}
                  f: {kind: hosting, verify: {tcp: '[::1]:0'}}
                """))
                .containsExactly(
                        "2:36 99999 is no port | write a number from 1 to 65535",
                        "3:59 a ${ has no } | write ${NAME}",
                        "4:43 this is not the address of a request | write https://HOST/PATH, with %20 for a blank and a port up"
                                + " to 65535",
                        "5:43 this is not the address of a request | write https://HOST/PATH, with %20 for a blank and a port up"
                                + " to 65535",
                        "6:87 a ${ has no } | write ${NAME}",
                        "7:36 0 is no port | write a number from 1 to 65535");
        assertThat(read("services: {a: {kind: hosting, verify: {http: {url: 'http://[::1]:8080/x?y=%20'}}}}"))
                .hasSize(1);
        assertThat(refusals("other: 1\n")).hasSize(2);
        assertThat(refusals("services:\n")).hasSize(1);
        assertThat(refusals("services: {a: {kind: hosting, verify: {http: {url: 'https://me:pw@host/'}}}}"))
                .hasSize(1)
                .allMatch(one -> one.contains("a user or a password stands in the url"));
    }

    @Test
    void variables_that_cannot_be_right_are_named_and_never_shown() throws IOException {
        List<Service> services = read("""
                services:
                  s: {kind: inference, variables: [GONE, ALSO_GONE, EMPTY, LINES, SPACES, FINE], verify: {tcp: '${FINE}:1'}}
                """);
        Examination seen = examine(
                services,
                "staging",
                Map.of("EMPTY", "", "LINES", SECRET + "\n", "SPACES", " " + SECRET, "FINE", SECRET));
        assertThat(told(seen))
                .containsExactly(
                        "service-variable-missing: s (inference) needs GONE, ALSO_GONE, which are not set",
                        "service-variable-unfit: the variable EMPTY is empty, of s (inference)",
                        "service-variable-unfit: the variable LINES holds a line break or another control character, of s"
                                + " (inference)",
                        "service-variable-unfit: the variable SPACES begins or ends with a space, of s (inference)");
        assertThat(seen.unseen()).isEmpty();
        withoutSecret(seen);
    }

    private static void withoutSecret(Examination seen) {
        assertThat(String.join("\n", DoctorWriter.text(seen, Style.PLAIN))).doesNotContain(SECRET);
        assertThat(Json.object(DoctorWriter.SCHEMA, json -> DoctorWriter.json(json, "staging", List.of(), seen)))
                .doesNotContain(SECRET);
    }

    @Test
    void requests_send_what_they_must_and_follow_nobody() throws Exception {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("authorization"));
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/moved")) {
                exchange.getResponseHeaders().set("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(path.equals("/moved") ? 302 : path.equals("/bad") ? 500 : 204, -1);
            exchange.close();
        });
        server.start();
        try {
            String http =
                    "kind: hosting, variables: [URL, KEY], verify: {http: {headers: {authorization: 'Bearer ${KEY}'}, ";
            List<Service> services = read("services:\n"
                    + "  good: {" + http + "url: '${URL}/good?x=1', status: 204}}}\n"
                    + "  head: {" + http + "url: '${URL}/good', method: HEAD, status: 204}}}\n"
                    + "  bad: {" + http + "url: '${URL}/bad'}}}\n"
                    + "  moved: {" + http + "url: '${URL}/moved'}}}\n");
            Map<String, String> variables =
                    Map.of("URL", "http://127.0.0.1:" + server.getAddress().getPort(), "KEY", SECRET);

            Examination seen = examine(services, "production", variables);

            assertThat(told(seen))
                    .containsExactly(
                            "service-failed: bad (hosting): GET ${URL}/bad: it answered with status 500 instead of 200",
                            "service-failed: moved (hosting): GET ${URL}/moved: it answered with status 302 instead of 200;"
                                    + " redirects are not followed");
            assertThat(seen.facts()).containsOnlyKeys("good (hosting)", "head (hosting)");
            assertThat(asked)
                    .containsExactlyInAnyOrder(
                            "GET /good?x=1 Bearer " + SECRET,
                            "HEAD /good Bearer " + SECRET,
                            "GET /bad Bearer " + SECRET,
                            "GET /moved Bearer " + SECRET);
            withoutSecret(seen);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void what_does_not_answer_is_told_without_a_word_of_the_network() throws Exception {
        int closed;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = free.getLocalPort();
        }
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Service> services = read("""
                    services:
                      nobody: {kind: key-value, variables: [PORT], verify: {tcp: '127.0.0.1:${PORT}'}}
                      unknown: {kind: vector, variables: [NAME], verify: {tcp: '${NAME}.invalid:1'}}
                      silent: {kind: realtime, variables: [URL], timeout: 300ms, verify: {http: {url: '${URL}'}}}
                      tls: {kind: hosting, variables: [PORT], timeout: 2s, verify: {http: {url: 'https://127.0.0.1:${PORT}/'}}}
                      nonsense: {kind: hosting, variables: [NAME], verify: {http: {url: '${NAME}'}}}
                      scheme: {kind: hosting, variables: [HOST], verify: {http: {url: '${HOST}/x'}}}
                      user: {kind: hosting, variables: [USER_URL], verify: {http: {url: '${USER_URL}/x'}}}
                      lost: {kind: hosting, variables: [LOST_URL], verify: {http: {url: '${LOST_URL}/x'}}}
                      range: {kind: hosting, variables: [NAME, FAR], verify: {tcp: '${NAME}:${FAR}'}}
                      header: {kind: hosting, variables: [URL, UMLAUT], timeout: 300ms, verify: {http: {url: '${URL}', headers: {x: '${UMLAUT}'}}}}
                      open: {kind: key-value, variables: [OPEN], verify: {tcp: '${OPEN}'}}
                    """);
            Examination seen = examine(
                    services,
                    "staging",
                    Map.ofEntries(
                            Map.entry("PORT", Integer.toString(closed)),
                            Map.entry("NAME", SECRET),
                            Map.entry("FAR", "99999"),
                            Map.entry("HOST", SECRET + ":9918"),
                            Map.entry("USER_URL", "http://me:" + SECRET + "@127.0.0.1:" + closed),
                            Map.entry("LOST_URL", "http://" + SECRET + ".invalid"),
                            Map.entry("UMLAUT", "ä" + SECRET),
                            Map.entry("URL", "http://127.0.0.1:" + silent.getLocalPort() + "/" + SECRET),
                            Map.entry("OPEN", "127.0.0.1:" + silent.getLocalPort())));

            assertThat(told(seen))
                    .containsExactly(
                            "service-failed: nobody (key-value): tcp 127.0.0.1:${PORT}: nothing listens there, or nobody may connect",
                            "service-failed: unknown (vector): tcp ${NAME}.invalid:1: the name of the host is not known",
                            "service-failed: silent (realtime): GET ${URL}: no answer within 300 ms",
                            "service-failed: tls (hosting): GET https://127.0.0.1:${PORT}/: nothing listens there, or nobody may"
                                    + " connect",
                            "service-failed: nonsense (hosting): GET ${NAME}: with the values of its variables the url is no address"
                                    + " that begins with http:// or https:// and names a host",
                            "service-failed: scheme (hosting): GET ${HOST}/x: with the values of its variables the url is no"
                                    + " address that begins with http:// or https:// and names a host",
                            "service-failed: user (hosting): GET ${USER_URL}/x: with the values of its variables a user or a"
                                    + " password stands in the url, which are not sent: put them into a header",
                            "service-failed: lost (hosting): GET ${LOST_URL}/x: the name of the host is not known",
                            "service-failed: range (hosting): tcp ${NAME}:${FAR}: with the values of its variables this is not"
                                    + " HOST:PORT",
                            "service-failed: header (hosting): GET ${URL}: no answer within 300 ms");
            assertThat(seen.facts()).containsOnlyKeys("open (key-value)");
            withoutSecret(seen);
        }
    }

    @Test
    void programs_get_their_variables_and_nothing_else_and_end_with_all_that_they_started() throws Exception {
        Path script = Files.writeString(folder.resolve("look.sh"), """
                [ "$KEY" = "%s" ] || exit 3
                [ -z "$OTHER" ] || exit 4
                [ "$(pwd)" = "%s" ] || exit 5
                read line && exit 6
                echo "$KEY"
                """.formatted(SECRET, folder.toRealPath()));
        Path slow = Files.writeString(folder.resolve("slow.sh"), "sleep 600 & echo $! > pid; wait\n");
        List<Service> services = read("""
                services:
                  good: {kind: inference, variables: [KEY], verify: {command: [sh, look.sh]}}
                  bad: {kind: inference, verify: {command: [sh, look.sh]}}
                  gone: {kind: inference, verify: {command: [no-such-program, x]}}
                  slow: {kind: inference, timeout: 2s, verify: {command: [sh, slow.sh]}}
                """);
        assertThat(script).exists();
        assertThat(slow).exists();

        Examination seen =
                examine(services, "staging", Map.of("KEY", SECRET, "OTHER", "x", "PATH", System.getenv("PATH")));

        assertThat(told(seen))
                .containsExactly(
                        "service-failed: bad (inference): sh look.sh: it ended with exit code 3",
                        "service-failed: gone (inference): no-such-program x: the program no-such-program is not there, or may not"
                                + " be run",
                        "service-failed: slow (inference): sh slow.sh: it had not ended after 2 s, and was killed");
        assertThat(seen.facts()).containsOnlyKeys("good (inference)");
        withoutSecret(seen);
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void manifest_of_which_an_environment_needs_nothing_says_so() throws IOException {
        List<Service> services =
                read("services: {s: {kind: vector, environments: {staging: }, verify: {tcp: '127.0.0.1:1'}}}");
        Examination seen = examine(services, "local", Map.of());
        assertThat(DoctorWriter.text(seen, Style.PLAIN))
                .containsExactly("services.yaml", "  needed in local: none of 1");
    }

    @Test
    void offline_calls_nobody_and_says_so() throws Exception {
        try (ServerSocket there = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            there.setSoTimeout(1);
            List<Service> services =
                    read("services: {s: {kind: vector, verify: {tcp: '127.0.0.1:" + there.getLocalPort() + "'}}}");
            Examination seen = Services.of(
                    "services.yaml", "staging", services.size(), new Round(Map.of()).visit(services, "staging", true));
            assertThat(seen.findings()).extracting(Finding::what).isEmpty();
            assertThat(seen.unseen())
                    .singleElement()
                    .satisfies(one -> assertThat(one.why()).isEqualTo("offline was asked for"));
        }
    }
}

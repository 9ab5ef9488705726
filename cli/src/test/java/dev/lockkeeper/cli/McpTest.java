package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

/** What assistants may ask, by the client of the SDK and a server in a process of its own. */
@ExtendWith(Desk.Extension.class)
@Tag("OPS-07")
class McpTest {
    private static McpSyncClient client(Desk desk, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("mcp", "--project", desk.folder().resolve("shop").toString()));
        arguments.addAll(List.of(more));
        List<String> command = ChildProcess.command(arguments);
        ServerParameters server = ServerParameters.builder(command.get(0))
                .args(command.subList(1, command.size()))
                .env(desk.variables())
                .build();
        McpSyncClient client = McpClient.sync(new StdioClientTransport(server, McpJsonDefaults.getMapper()))
                .requestTimeout(Duration.ofMinutes(5))
                .build();
        client.initialize();
        return client;
    }

    private static Desk shop(Desk desk) {
        return desk.write("shop/lockkeeper.yaml", """
                        project: shop
                        migrations: migrations
                        convention: flyway
                        environments:
                          staging:
                            url: postgresql://%s@127.0.0.1:%s/%s
                        """.formatted(
                                desk.variables().get("PGUSER"), desk.port(), desk.database()))
                .write("shop/migrations/V1__first.sql", "create table first (id int primary key);\n")
                .write("shop/migrations/U1__first.sql", "drop table first;\n")
                .write(
                        "shop/migrations/V2__second.sql",
                        "create table second (id int primary key, \"a'\"\"🐘\" int);\n")
                .write("shop/migrations/U2__second.sql", "drop table second;\n");
    }

    private static Desk applied(Desk desk) {
        String project = shop(desk).folder().resolve("shop").toString();
        assertThat(desk.run("docs", "generate", "--project", project).exitCode())
                .isZero();
        assertThat(desk.run("apply", "--to", "1", "--project", project).exitCode())
                .isZero();
        return desk;
    }

    private static CallToolResult call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        return client.callTool(
                McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }

    private static String answer(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = call(client, tool, arguments);
        assertThat(result.isError()).as(tool + ": " + result.content()).isFalse();
        JsonForms.check(text(result));
        return text(result);
    }

    private static Set<Object> properties(McpSchema.Tool tool) {
        return Set.copyOf(((Map<?, ?>) Objects.requireNonNull(tool.inputSchema().get("properties"))).keySet());
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file.toString(), Files.getLastModifiedTime(file) + " " + Files.readString(file));
            }
        }
        return files;
    }

    /** Each object of the database, and each row of the record. */
    private static List<String> everything(Desk desk) {
        return desk.rows("select concat_ws(' ', 'class', oid, relname, xmin) from pg_class union all"
                + " select concat_ws(' ', 'schema', oid, nspname, xmin) from pg_namespace union all"
                + " select concat_ws(' ', relname, query_to_xml(format('select * from lockkeeper.%I', relname), true, true, ''))"
                + " from pg_class where relnamespace = 'lockkeeper'::regnamespace and relkind = 'r' order by 1");
    }

    @Test
    void tools_are_those_that_read_and_take_nothing_that_is_not_described(Desk desk) {
        try (McpSyncClient client = client(shop(desk))) {
            List<McpSchema.Tool> tools = client.listTools().tools();
            assertThat(tools)
                    .extracting(McpSchema.Tool::name)
                    .containsExactlyInAnyOrder("status", "plan", "lint", "explain", "drift", "docs");
            assertThat(tools).allSatisfy(tool -> {
                // a script can do on the throw-away server what that can, such as start a program
                boolean scripts = Set.of("lint", "drift", "docs").contains(tool.name());
                assertThat(tool.annotations().readOnlyHint()).isEqualTo(!scripts);
                assertThat(tool.annotations().destructiveHint()).isEqualTo(scripts);
                assertThat(tool.inputSchema()).containsEntry("additionalProperties", false);
                assertThat(properties(tool))
                        .isSubsetOf(
                                "environment",
                                "component",
                                "to",
                                "rollback",
                                "steps",
                                "after",
                                "text",
                                "codes",
                                "action",
                                "page",
                                "from");
            });
            assertThat(tools.get(0).inputSchema().toString()).contains("[local, staging]");
        }
    }

    @Test
    void every_tool_answers_and_nothing_of_the_database_or_the_project_changes(Desk desk) throws IOException {
        applied(desk);
        desk.execute("alter database \"" + desk.database() + "\" set default_transaction_read_only = on");
        List<String> before = everything(desk);
        Map<String, String> files = files(desk.folder());
        try (McpSyncClient client = client(desk)) {
            assertThat(answer(client, "status", Map.of())).contains("\"state\":\"pending\"");
            assertThat(answer(client, "status", Map.of("environment", "staging", "component", List.of("main"))))
                    .contains("\"state\":\"applied\"");
            assertThat(answer(client, "plan", Map.of("to", "2"))).contains("\"fileDigest\":null", "second");
            assertThat(answer(client, "plan", Map.of("rollback", true, "steps", 1.0)))
                    .contains("\"version\":\"1\"");
            assertThat(answer(client, "lint", Map.of("text", true))).contains("lockkeeper/findings");
            assertThat(answer(client, "lint", Map.of("after", "1", "to", "2"))).contains("lockkeeper/findings");
            assertThat(answer(client, "explain", Map.of("codes", List.of("partly-applied", "42P07", "LK01"))))
                    .contains("\"code\":\"partly-applied\"", "\"sqlState\":\"42P07\"");
            assertThat(answer(client, "docs", Map.of())).contains("schema/README.md", "rollback.md");
            assertThat(answer(client, "docs", Map.of("action", "show", "page", "schema/public/second.md")))
                    .contains("🐘");
            assertThat(answer(client, "docs", Map.of("action", "coverage"))).contains("\"percent\":");
            assertThat(answer(client, "docs", Map.of("action", "validate"))).contains("\"valid\":true");
            assertThat(answer(client, "drift", Map.of())).contains("lockkeeper/drift");
        }
        assertThat(everything(desk)).isEqualTo(before);
        assertThat(files(desk.folder())).isEqualTo(files);
    }

    @Test
    void what_drift_finds_is_an_answer_and_no_error(Desk desk) {
        applied(desk);
        desk.execute("alter table first add \"by hand\" int");
        try (McpSyncClient client = client(desk)) {
            CallToolResult result = call(client, "drift", Map.of("environment", "staging"));
            assertThat(result.isError()).isFalse();
            assertThat(text(result)).contains("by hand");
            assertThat(result.content().toString()).contains("exit code 3");
        }
    }

    @Test
    void no_argument_becomes_an_option_and_none_names_another_database(Desk desk) throws IOException {
        applied(desk);
        Map<String, String> files = files(desk.folder());
        String out = desk.folder().resolve("plan.json").toString();
        try (McpSyncClient client = client(desk)) {
            for (Map.Entry<String, Map<String, Object>> hostile : List.<Map.Entry<String, Map<String, Object>>>of(
                    Map.entry("status", Map.of("database", "postgresql://elsewhere/db")),
                    Map.entry("status", Map.of("environment", "--database=postgresql://elsewhere/db")),
                    Map.entry("status", Map.of("environment", "production")),
                    Map.entry("status", Map.of("environment", List.of("staging"))),
                    Map.entry("status", Map.of("component", List.of("main", "--set=a=b"))),
                    Map.entry("status", Map.of("component", "main")),
                    Map.entry("plan", Map.of("to", "--out=" + out)),
                    Map.entry("plan", Map.of("to", "-1")),
                    Map.entry("plan", Map.of("out", out)),
                    Map.entry("plan", Map.of("steps", "1 --out " + out)),
                    Map.entry("plan", Map.of("rollback", "--out")),
                    Map.entry("lint", Map.of("report", "sarif=" + out)),
                    Map.entry("lint", Map.of("after", "--report=sarif=" + out)),
                    Map.entry("docs", Map.of("action", "generate")),
                    Map.entry("docs", Map.of("action", "show", "page", "--out=" + desk.folder())),
                    Map.entry("docs", Map.of("action", "show", "page", "../lockkeeper.yaml")),
                    Map.entry("docs", Map.of("action", "show", "page", "/etc/passwd")),
                    Map.entry("docs", Map.of("action", "coverage", "page", "schema/README.md")),
                    Map.entry("explain", Map.of("codes", List.of("--help"))),
                    Map.entry("explain", Map.of("codes", List.of(""))))) {
                CallToolResult result = call(client, hostile.getKey(), hostile.getValue());
                assertThat(result.isError()).as(hostile.toString()).isTrue();
            }
            assertThat(answer(client, "status", Map.of())).contains("\"state\":\"applied\"");
        }
        assertThat(files(desk.folder())).isEqualTo(files);
    }

    @Test
    void server_for_one_environment_asks_no_other(Desk desk) {
        applied(desk);
        try (McpSyncClient client = client(desk, "--environment", "staging")) {
            assertThat(client.listTools().tools().toString()).doesNotContain("[local, staging]");
            assertThat(call(client, "status", Map.of("environment", "local")).isError())
                    .isTrue();
            assertThat(answer(client, "status", Map.of())).contains("\"state\":\"applied\"");
        }
    }

    @Test
    void problem_comes_as_an_error_with_its_object(Desk desk) {
        shop(desk);
        try (McpSyncClient client = client(desk)) {
            CallToolResult unknown = call(client, "plan", Map.of("to", "7"));
            assertThat(unknown.isError()).isTrue();
            JsonForms.check(text(unknown));
            assertThat(text(unknown)).contains("\"code\":\"version-unknown\"");
            desk.write("shop/lockkeeper.yaml", "project: [\n");
            CallToolResult broken = call(client, "status", Map.of());
            assertThat(broken.isError()).isTrue();
            assertThat(text(broken))
                    .startsWith("{\"schema\":\"lockkeeper/error/v1\"")
                    .contains("\"line\":");
        }
    }

    @Test
    void long_answer_comes_in_parts_that_join(Desk desk) {
        shop(desk);
        try (McpSyncClient client = client(desk)) {
            StringBuilder whole = new StringBuilder();
            boolean more = true;
            for (int calls = 0; more; calls++) {
                CallToolResult part = call(client, "explain", Map.of("from", whole.length()));
                assertThat(text(part)).hasSizeLessThanOrEqualTo(McpAnswer.LONGEST);
                whole.append(text(part));
                more = part.content().toString().contains("Call again with from " + whole.length());
                assertThat(calls).isLessThan(50);
            }
            JsonForms.check(whole.toString());
            assertThat(whole).hasSizeGreaterThan(McpAnswer.LONGEST);
        }
    }

    @Test
    void part_never_ends_within_a_character() {
        String elephants = "🐘".repeat(McpAnswer.LONGEST);
        McpAnswer odd = McpAnswer.part("a" + elephants, 0, 0, false);
        assertThat(odd.texts().get(0)).hasSize(McpAnswer.LONGEST - 1).endsWith("🐘");
        assertThat(McpAnswer.part(elephants, 1, 0, false).texts().get(0)).startsWith("🐘");
        assertThat(McpAnswer.part("short", 99, 0, false).texts().get(0)).isEmpty();
    }

    @Test
    void calls_at_once_are_all_answered_each_with_its_own(Desk desk) {
        applied(desk);
        try (McpSyncClient client = client(desk)) {
            List<CompletableFuture<String>> answers = IntStream.range(0, 24)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> i % 8 == 0
                            ? answer(client, "docs", Map.of("action", "coverage"))
                            : i % 2 == 0
                                    ? answer(client, "status", Map.of())
                                    : answer(client, "explain", Map.of("codes", List.of("LK0" + (1 + i % 3))))))
                    .toList();
            for (int i = 0; i < 24; i++) {
                assertThat(answers.get(i).join())
                        .contains(i % 8 == 0 ? "docs-coverage" : i % 2 == 0 ? "status/v1" : "\"LK0" + (1 + i % 3));
            }
        }
    }

    private static Process start(Desk desk, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ChildProcess.command(List.of(
                        "mcp", "--project", desk.folder().resolve("shop").toString())))
                .redirectError(err.toFile());
        builder.environment().putAll(desk.variables());
        return builder.start();
    }

    static String request(int id, String method, String parameters) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}\n".formatted(id, method, parameters);
    }

    static final String HELLO = request(
                    1,
                    "initialize",
                    "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}}")
            + "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n";

    /** Requests of clients that do not know what to send; each is answered in words for who has written them. */
    private static final String MISUSED = request(30, "tools/call", "{\"name\":\"statsu\",\"arguments\":{}}")
            + "{\"jsonrpc\":\"2.0\",\"id\":31,\"method\":\"tools/call\"}\n"
            + request(32, "tools/call", "{\"arguments\":{}}")
            + request(33, "tools/call", "{\"name\":5}")
            + request(34, "tools/call", "{\"name\":\"plan\",\"arguments\":[1]}")
            + request(35, "tools/call", "{\"name\":\"plan\",\"arguments\":{\"steps\":1e300}}")
            + request(36, "tools/call", "[1]")
            + request(37, "tools/call", "{\"name\":\"plan\",\"arguments\":{},\"_meta\":5}")
            + "{\"jsonrpc\":\"2.0\",\"id\":38,\"method\":\"initialize\"}\n"
            + request(39, "ping", "{}").replace("2.0", "1.0")
            // the answer to this one is not wanted any more when the next line is read
            + request(50, "tools/call", "{\"name\":\"lint\",\"arguments\":{}}")
            + "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":50}}\n";

    @Test
    void lines_that_are_no_messages_are_answered_and_harm_nothing(Desk desk) throws Exception {
        shop(desk);
        Path err = desk.folder().resolve("err");
        Process process = start(desk, err);
        try (var in = process.getOutputStream()) {
            in.write(request(90, "tools/list", "{}").getBytes(StandardCharsets.UTF_8));
            in.write(HELLO.getBytes(StandardCharsets.UTF_8));
            in.write("\n{not json\n[]\n{\"a\":1}\nnull\n".getBytes(StandardCharsets.UTF_8));
            in.write(new byte[] {'"', (byte) 0xff, (byte) 0xc3, '"', '\r', '\n'});
            in.write(("[".repeat(100_000) + "\n").getBytes(StandardCharsets.UTF_8));
            in.write(("{\"jsonrpc\":\"2.0\",\"id\":91,\"method\":\"ping\",\"params\":{\"a\":\""
                            + "x".repeat(McpLines.LONGEST) + "\"}}\n")
                    .getBytes(StandardCharsets.UTF_8));
            in.write(request(2, "no/such", "{}").getBytes(StandardCharsets.UTF_8));
            in.write(request(3, "tools/call", "{\"name\":\"apply\",\"arguments\":{}}")
                    .getBytes(StandardCharsets.UTF_8));
            in.write(request(4, "tools/call", "{\"name\":\"explain\",\"arguments\":{\"codes\":[\"LK01\"]}}")
                    .getBytes(StandardCharsets.UTF_8));
            in.write(MISUSED.getBytes(StandardCharsets.UTF_8));
            // without an end, as the last line of a pipe may be
            in.write(request(5, "ping", "{}").strip().getBytes(StandardCharsets.UTF_8));
        }
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).isZero();
        ObjectMapper json = new ObjectMapper();
        assertThat(lines)
                .allSatisfy(line -> assertThat(json.readTree(line).isObject()).isTrue());
        assertThat(Files.readString(err)).isEmpty();
        assertThat(lines.stream().filter(line -> line.contains("\"id\":null")))
                .hasSize(7)
                .allMatch(line -> line.contains("\"code\":-32700") || line.contains("\"code\":-32600"));
        assertThat(lines.stream().filter(line -> line.contains("1048576 bytes")))
                .hasSize(1);
        assertThat(lines.stream().filter(line -> line.contains("\"id\":90")))
                .singleElement()
                .asString()
                .contains("-32600");
        assertThat(lines.stream().filter(line -> line.contains("\"id\":2")))
                .singleElement()
                .asString()
                .contains("-32601");
        assertThat(lines.stream().filter(line -> line.contains("\"id\":3,")))
                .singleElement()
                .asString()
                .contains("-32602", "there is no tool apply; there are docs, drift, explain, lint, plan, status");
        assertThat(lines.stream()
                        .filter(line -> line.matches(".*\"id\":3\\d,.*"))
                        .sorted())
                .hasSize(10)
                .allMatch(line -> line.contains("-32602"))
                .zipSatisfy(
                        List.of(
                                "did you mean status?",
                                "tools/call needs params with the name of a tool and its arguments",
                                "tools/call needs name: one of docs, drift",
                                "tools/call needs name: ",
                                "arguments is not an object",
                                "steps is larger than any number that a tool takes",
                                "tools/call needs params",
                                "_meta is not an object",
                                "initialize needs params with protocolVersion",
                                "jsonrpc is not 2.0"),
                        (line, told) -> assertThat(line).contains(told).doesNotContain("invalid_tool_name"));
        assertThat(lines).noneMatch(line -> line.contains("Exception") || line.contains("modelcontextprotocol"));
        assertThat(lines.stream().filter(line -> line.contains("\"id\":4,")))
                .singleElement()
                .asString()
                .contains("LK01");
        assertThat(lines.stream().filter(line -> line.contains("\"id\":5,"))).hasSize(1);
        assertThat(lines).noneMatch(line -> line.contains("\"id\":50,"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "half a message"})
    void server_ends_with_its_input(String last, Desk desk) throws Exception {
        shop(desk);
        Process process = start(desk, desk.folder().resolve("err"));
        try (var in = process.getOutputStream()) {
            in.write(last.getBytes(StandardCharsets.UTF_8));
        }
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void signal_ends_the_server_amid_a_call_and_says_nothing(Desk desk) throws Exception {
        shop(desk);
        Path err = desk.folder().resolve("err");
        Process process = start(desk, err);
        process.getOutputStream()
                .write((HELLO
                                + request(2, "tools/call", "{\"name\":\"lint\",\"arguments\":{}}")
                                + request(3, "ping", "{}"))
                        .getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        var out = process.inputReader(StandardCharsets.UTF_8);
        // that of initialize, and of the ping, whose line is behind the call
        assertThat(out.readLine()).contains("\"id\":1");
        assertThat(out.readLine()).contains("\"id\":3");
        // whoever destroys a Process closes its streams too
        process.toHandle().destroy();
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(out.readLine()).isNull();
        assertThat(Files.readString(err)).isEmpty();
    }

    @Test
    void project_that_cannot_be_read_is_told_before_anything_is_served(Desk desk) {
        Desk.Outcome outcome = desk.write("shop/lockkeeper.yaml", "migrations: [\n")
                .run("mcp", "--project", desk.folder().resolve("shop").toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("lockkeeper.yaml");
        Desk.Outcome unknown = shop(desk)
                .run(
                        "mcp",
                        "--environment",
                        "nowhere",
                        "--project",
                        desk.folder().resolve("shop").toString());
        assertThat(unknown.err()).contains("there is no environment nowhere");
    }
}

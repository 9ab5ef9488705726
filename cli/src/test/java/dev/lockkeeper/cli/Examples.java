package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Examples of documents, typed as they stand there, by the launcher that a user starts. */
abstract class Examples {
    private static EmbeddedPostgres server;

    /** Lines that are typed one after the other in one folder. */
    record Example(String document, List<String> lines) {
        @Override
        public String toString() {
            return document + ": " + lines.get(0);
        }
    }

    @BeforeAll
    static void start() throws SQLException {
        server = EmbeddedPostgres.start();
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create role me login superuser password 'secret'");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Example> of(Document document) {
        return document.blocks().stream()
                .filter(block -> block.language().isEmpty())
                .flatMap(block -> split(document.name(), block.lines()));
    }

    /** The help of a command shows lines that stand for themselves; other blocks are typed as a whole. */
    private static Stream<Example> split(String document, List<String> lines) {
        int examples = lines.indexOf("Examples:");
        return examples >= 0
                ? lines.subList(examples + 1, lines.size()).stream().map(line -> new Example(document, List.of(line)))
                : Stream.of(new Example(document, lines));
    }

    static void typed(Example example, Path folder) throws IOException, InterruptedException, SQLException {
        furnish(folder, example);
        server.createDatabase("shop", "template1");
        try {
            if (example.lines().get(0).matches(".*lockkeeper (?:rollback|repair|audit|health|seed local-dev)\\b.*")) {
                type("lockkeeper apply --database postgresql://me@localhost/shop", folder);
            }
            if (example.lines().get(0).contains("seed local-dev --check")) {
                type("lockkeeper seed local-dev", folder);
            }
            planned(example.lines(), folder);
            classified(example.lines().get(0), folder);
            addedUp(example.lines().get(0), folder);
            if (example.lines().stream().anyMatch(line -> line.contains("lockkeeper adopt"))) {
                migratedByOthers();
            }
            for (String line : commands(example)) {
                // what goes on until a signal comes gets one, and hosts that no name server knows get another name
                String typed = line.matches(".* --(every|serve) .*")
                        ? "timeout --preserve-status 5 " + line + " || test $? -eq 143"
                        : line;
                type(typed.replaceAll("@(?:one|two)/", "@localhost/"), folder);
            }
        } finally {
            server.dropDatabase("shop");
        }
    }

    /** Plan files that an example takes for granted, and keys that sign them. */
    private static void planned(List<String> lines, Path folder) throws IOException, InterruptedException {
        if (lines.stream()
                .anyMatch(line -> line.contains("lockkeeper approve")
                        || line.contains("lockkeeper plan comment")
                        || line.contains("lockkeeper evidence")
                        || line.contains("lockkeeper audit")
                        || line.contains("--plan "))) {
            type("mkdir keys && ssh-keygen -q -t ed25519 -N '' -f keys/anna", folder);
            type("(printf 'anna@example.com '; cat keys/anna.pub) > allowed_signers", folder);
        }
        if (lines.get(0).matches(".*lockkeeper (?:approve|plan comments?|apply --plan) .*")) {
            type("lockkeeper plan --environment staging --out plan.json --as me@example.com", folder);
        }
        if (lines.get(0).matches(".*lockkeeper checklist (?!start|print).*")) {
            type("lockkeeper checklist start", folder);
        }
        if (lines.get(0).contains("lockkeeper evidence ")) {
            type("lockkeeper plan --environment staging --out plan.json --as me@example.com && mkdir reports", folder);
            for (String command : List.of("lint", "rehearse", "smoke")) {
                type("lockkeeper " + command + " --output json > reports/" + command + ".json", folder);
            }
            type("lockkeeper apply --plan plan.json --report reports/run.json", folder);
        }
        if (lines.get(0).contains("lockkeeper evidence verify ")) {
            type("lockkeeper evidence collect reports --plan plan.json --out release.zip --key keys/anna", folder);
        }
        if (lines.get(0).matches(".*lockkeeper types (?:check|diff).*")) {
            type("lockkeeper types generate", folder);
        }
        if (lines.get(0).contains("lockkeeper docs show schema/")) {
            type("lockkeeper docs generate", folder);
        }
        if (lines.get(0).contains("--head head.json")) {
            type("lockkeeper audit head --environment staging --out head.json", folder);
        }
        if (lines.get(0).contains("lockkeeper rollback --plan back.json")) {
            type("lockkeeper plan --rollback --environment staging --out back.json --as me@example.com", folder);
        }
    }

    /** A classification, and what comes before a command that forgets a person. */
    private static void classified(String line, Path folder) throws IOException, InterruptedException, SQLException {
        if (!line.matches(".*lockkeeper (?:classify (?!suggest)|retain|erase).*")) {
            return;
        }
        StringBuilder file = new StringBuilder("version: 1\nsubjects: {person: {table: app.t2, key: [id]}}\ntables:\n");
        for (String table : List.of("t2", "t3", "t4", "t5")) {
            file.append("  app.")
                    .append(table)
                    .append(": {erase: delete, retention: {keep: examples}, columns: {id: internal}}\n");
        }
        if (line.contains("--table app.event")) {
            file.append("  app.event: {retention: {days: 30, from: at, strategy: delete}}\n");
        }
        Files.writeString(folder.resolve("classification.yaml"), file);
        List<String> steps = List.of(
                "mkdir keys && for n in anna ben; do ssh-keygen -q -t ed25519 -N '' -f keys/$n; done",
                "for n in anna ben; do printf \"$n@example.com,$n \"; cat keys/$n.pub; done > allowed_signers",
                "lockkeeper apply",
                "",
                "lockkeeper erase request --key 42 --reason before",
                "lockkeeper erase plan --key 42 --out erase.json --as ben --sign-with keys/ben",
                "lockkeeper erase approve erase.json --sign-with keys/anna");
        if (line.contains("lockkeeper erase reapply --from erased.json")) {
            type("lockkeeper apply", folder);
            type("lockkeeper erase list --out erased.json", folder);
        }
        List<String> order = List.of("plan", "approve", "run");
        int before =
                line.contains("lockkeeper erase ") ? order.indexOf(line.replaceFirst(".*erase (\\w+).*", "$1")) : -1;
        for (String step : before < 0 ? List.<String>of() : steps.subList(0, 5 + before)) {
            if (step.isEmpty()) {
                execute("insert into app.t2 values (42)");
            } else {
                type(step, folder);
            }
        }
    }

    /** Events, their rollup, and what it needs. */
    private static void addedUp(String line, Path folder) throws IOException, InterruptedException {
        if (!line.contains("lockkeeper analytics")) {
            return;
        }
        Files.writeString(
                folder.resolve("lockkeeper.yaml"),
                Files.readString(folder.resolve("lockkeeper.yaml"))
                                .replace("seeds: {", "seeds: {usage: {files: usage.sql, tokens: {usage_events: 100}}, ")
                        + "analytics: analytics\n");
        Files.writeString(Files.createDirectory(folder.resolve("analytics")).resolve("usage.yaml"), """
                version: 1
                rollups:
                  usage:
                    {source: app.event, time: at, grains: hour, measures: {n: count}, target: app.usage, columns: {bucket: bucket},
                      partitions: {ahead: 14d}}
                """);
        Files.writeString(
                folder.resolve("usage.sql"),
                "insert into app.event select '2026-01-01' from generate_series(1, ${usage_events});\n");
        script(
                folder.resolve("migrations"),
                6,
                "create table app.event (at timestamptz not null) partition by range (at); create table app.event_all partition of app.event for values from (minvalue) to (maxvalue); create table app.usage (bucket timestamptz primary key, n bigint not null);\n",
                "drop table app.event, app.usage;\n");
        if (!line.contains("analytics script")) {
            type("lockkeeper analytics script > migrations/V8__state.sql", folder);
            type("lockkeeper analytics script --down > migrations/U8__state.sql", folder);
            type("lockkeeper apply", folder);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.connect("shop");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A history that another tool has left, up to the second version. */
    private static void migratedByOthers() throws SQLException {
        execute("create schema app; create table app.t2 (id int); create table schema_migrations (version"
                + " bigint primary key, dirty boolean not null); insert into schema_migrations values (2, false)");
    }

    private static List<String> commands(Example example) {
        List<String> commands = new ArrayList<>();
        for (String line :
                String.join("\n", example.lines()).replace("\\\n", " ").lines().toList()) {
            String command = line.replaceFirst(" # .*", "").strip();
            boolean build = command.startsWith("./mvnw ") || command.startsWith("java -cp ");
            assertThat(command).as("a command that this test knows").matches("(\\./)?(lockkeeper|mvnw) .*|java -cp .*");
            if (!build) {
                commands.add(command);
            }
        }
        return commands;
    }

    private static void type(String line, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                // what serves its input ends with it
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment()
                .putAll(Map.of(
                        "PGPORT", Integer.toString(server.port()), "PGPASSWORD", "secret", "PGDATABASE", "shop"));
        builder.environment().put("LOCKKEEPER_ERASURE_KEY", "0123456789abcdef0123456789abcdef");
        builder.environment().putAll(Map.of("PGHOST", "localhost", "PGUSER", "me"));
        int exitCode = builder.start().waitFor();
        // two databases may well be different, and a server for tests is not fit for more: that is what these tell
        assertThat(exitCode)
                .as(() -> line + "\n" + read(output))
                .isIn(line.matches("lockkeeper (diff|docs|doctor) .*") ? List.of(0, 3) : List.of(0));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What the examples take for granted: a project, a folder of migrations, and roles that these need. */
    private static void furnish(Path folder, Example example) throws IOException {
        Files.createSymbolicLink(folder.resolve("lockkeeper"), Document.ROOT.resolve("lockkeeper"));
        Files.createSymbolicLink(folder.resolve("schemas"), Document.ROOT.resolve("schemas"));
        Files.writeString(folder.resolve("roles.sql"), "create role examples_reader;\n");
        for (String place : List.of("path/to/migrations", "db/migrations")) {
            Path migrations = Files.createDirectories(folder.resolve(place));
            Files.writeString(
                    migrations.resolve("120_init.up.sql"), "create table t (id int);\ngrant select on t to public;\n");
            Files.writeString(migrations.resolve("120_init.down.sql"), "drop table t;\n");
        }
        boolean makesShop = example.lines().stream().anyMatch(line -> line.contains("lockkeeper init"));
        boolean several = example.lines().stream().anyMatch(line -> line.contains("--component"));
        project(folder, several);
        if (!makesShop) {
            project(Files.createDirectory(folder.resolve("shop")), several);
            project(Files.createDirectory(folder.resolve("shop-1.4")), several);
        }
    }

    private static void project(Path folder, boolean several) throws IOException {
        Files.writeString(
                folder.resolve("lockkeeper.yaml"),
                """
            project: shop
            tokens: {schema: app}
            approval: {signers: allowed_signers}
            %s
            environments:
              staging: {url: postgresql://me@localhost/shop}
            fleets:
              tenants: {schemas: [tenant_1, tenant_2]}
            %s
            """.formatted(
                                several ? "components: {operational: {}, analytics: {}}" : "migrations: migrations",
                                several
                                        ? ""
                                        : "seeds: {local-dev: {files: local-dev.sql, result: 'select count(*) from ${schema}.t2'}}"));
        Files.writeString(
                folder.resolve("local-dev.sql"),
                "insert into ${schema}.t2 select 1 where not exists (select from ${schema}.t2);\n");
        Path migrations = Files.createDirectory(folder.resolve("migrations"));
        script(migrations, 1, "create schema ${schema};\n", "drop schema ${schema};\n");
        for (int version = 2; version <= 5; version++) {
            String table = "${schema}.t" + version;
            script(migrations, version, "create table " + table + " (id int);\n", "drop table " + table + ";\n");
        }
    }

    private static void script(Path migrations, int version, String up, String down) throws IOException {
        Files.writeString(migrations.resolve("V" + version + "__t.sql"), up);
        Files.writeString(migrations.resolve("U" + version + "__t.sql"), down);
    }
}

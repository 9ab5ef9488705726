package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each tutorial and each runbook from its first line to its last, in one folder: what it types, what it writes, and what it says comes out. */
@Tag("USE-01")
@Tag("PM-12")
class TutorialIT {
    private static final Pattern SCRIPT = Pattern.compile("`([^`]+\\.(?:sql|yaml))`");
    private static final Pattern EXIT = Pattern.compile("^(.*?)(?: +# ends with exit code (\\d))?$");

    @TempDir
    private Path folder = Path.of("");

    private final Map<String, String> variables = new HashMap<>();
    private String printed = "";
    private int outputs;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tutorial/README.md",
                "tutorial/release.md",
                "tutorial/data.md",
                "runbooks/migrations.md",
                "runbooks/checklist.md",
                "runbooks/provisioning.md",
                "runbooks/pooling.md",
                "runbooks/troubleshooting.md"
            })
    void page_comes_out_as_it_says(String page) throws Exception {
        Files.createSymbolicLink(folder.resolve("lockkeeper"), Document.ROOT.resolve("lockkeeper"));
        // as a server is whose data somebody would miss
        Options settings = Options.version(18)
                .withSetting("fsync", "on")
                .withSetting("full_page_writes", "on")
                .withSetting("wal_level", "replica")
                .withSetting("autovacuum", "on")
                .withSetting("max_connections", "100");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings)) {
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("create role me login superuser password 'secret'");
            }
            if (!page.endsWith("provisioning.md")) {
                server.createDatabase("shop", "template1");
            }
            variables.put("PGPORT", Integer.toString(server.port()));
            variables.put("PGPASSWORD", "secret");
            variables.put("PATH", folder + ":" + System.getenv("PATH"));
            follow(Files.readAllLines(Document.ROOT.resolve("docs").resolve(page)));
        }
        assertThat(outputs).isGreaterThan(page.startsWith("tutorial") ? 5 : 0);
    }

    private void follow(List<String> lines) throws IOException, InterruptedException {
        String language = "";
        String script = "";
        List<String> block = new ArrayList<>();
        for (String line : lines) {
            if (!line.startsWith("```")) {
                Matcher named = SCRIPT.matcher(line);
                if (!language.isEmpty()) {
                    block.add(line);
                } else if (named.find()) {
                    script = named.group(1);
                }
            } else if (language.isEmpty()) {
                language = line.substring(3);
                block.clear();
            } else {
                take(language, block, script);
                language = "";
            }
        }
    }

    private void take(String language, List<String> block, String script) throws IOException, InterruptedException {
        switch (language) {
            case "sh" -> {
                printed = "";
                for (String line : block) {
                    type(line);
                }
            }
            case "sql", "yaml" -> {
                Path file = folder.resolve(script);
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.writeString(file, String.join("\n", block) + "\n");
            }
            // of other programs, or of a machine that is not here
            case "console" -> {}
            default -> {
                assertThat(normal(printed)).isEqualTo(normal(String.join("\n", block)));
                outputs++;
            }
        }
    }

    private void type(String line) throws IOException, InterruptedException {
        if (line.startsWith("export ")) {
            String[] parts = line.substring("export ".length()).split("=", 2);
            variables.put(parts[0], parts[1]);
            return;
        }
        Matcher matcher = EXIT.matcher(line);
        assertThat(matcher.matches()).isTrue();
        String exit = matcher.group(2);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", matcher.group(1))
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(variables);
        assertThat(builder.start().waitFor())
                .as(line + "\n" + Files.readString(out) + Files.readString(err))
                .isEqualTo(exit == null ? 0 : Integer.parseInt(exit));
        printed += Files.readString(out);
    }

    private static String normal(String text) {
        return text.strip()
                .replaceAll("@localhost:\\d+/", "@localhost/")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[.\\d]*\\+\\d\\d", "TIME")
                .replaceAll("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("sha256:[0-9a-f]{64}", "DIGEST")
                .replaceAll("\\b[0-9a-f]{64}\\b", "HASH")
                .replaceAll("\\b[0-9a-f]{32}\\b", "TRACE")
                .replaceAll("PostgreSQL 18\\.\\d+", "PostgreSQL 18");
    }
}

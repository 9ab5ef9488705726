package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Runs the commands of the files for CI as they stand, in a clone whose branch adds a migration. */
@Tag("PROOF-04")
class CiFilesIT {
    private static final String GOOD = "create table items (id bigint primary key);\n";
    private static final String BAD = "create index orders_total on orders (total);\n";

    @TempDir
    Path folder;

    private Map<String, String> environment = Map.of();

    private void clone(String second) throws IOException, InterruptedException {
        Files.createSymbolicLink(folder.resolve("lockkeeper"), Document.ROOT.resolve("lockkeeper"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Path migrations = Files.createDirectory(work.resolve("migrations"));
        Files.writeString(work.resolve("lockkeeper.yaml"), "project: shop\nmigrations: migrations\n");
        Files.writeString(
                migrations.resolve("V1__orders.sql"), "create table orders (id bigint primary key, total bigint);\n");
        Files.writeString(migrations.resolve("U1__orders.sql"), "drop table orders;\n");
        type(
                "git init -q -b main && git add . && git -c user.name=a -c user.email=a@b commit -qm one"
                        + " && git update-ref refs/remotes/origin/main main",
                0);
        Files.writeString(migrations.resolve("V2__more.sql"), second);
        Files.writeString(
                migrations.resolve("U2__more.sql"),
                second.equals(GOOD) ? "drop table items;\n" : "drop index orders_total;\n");
        type("git add . && git -c user.name=a -c user.email=a@b commit -qm two", 0);
    }

    private String type(String command, int exitCode) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-c", command)
                .directory(folder.resolve("work").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        int ended = builder.start().waitFor();
        String text = Files.readString(output);
        assertThat(ended).as(command + "\n" + text).isEqualTo(exitCode);
        return text;
    }

    private static Object yaml(String name) throws IOException {
        return new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Document.ROOT.resolve("docs/ci/" + name)));
    }

    /** What is at a place of a document. */
    static Object at(Object node, Object... path) {
        Object found = node;
        for (Object key : path) {
            found = Objects.requireNonNull(
                    found instanceof List<?> list ? list.get((Integer) key) : ((Map<?, ?>) found).get(key),
                    key.toString());
        }
        return found;
    }

    private List<String> gitHub() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Object step : (List<?>) at(yaml("db-guardrails.yml"), "jobs", "check", "steps")) {
            if (step instanceof Map<?, ?> map && map.containsKey("run")) {
                commands.add(String.valueOf(map.get("run")));
            }
        }
        environment = Map.of(
                "BASE",
                "origin/main",
                "GITHUB_STEP_SUMMARY",
                folder.resolve("summary").toString());
        return commands;
    }

    @Test
    void workflow_of_github_stops_a_hazard_and_tells_it_beside_the_line() throws Exception {
        clone(BAD);
        List<String> commands = gitHub();
        assertThat(commands).hasSize(2);
        assertThat(type(commands.get(0), 3)).contains("::error file=migrations/V2__more.sql,line=1,col=1,title=LK01::");
        type(commands.get(1), 0);
        assertThat(folder.resolve("summary")).content().contains("LK01");
        assertThat(folder.resolve("work/lockkeeper.sarif")).content().contains("\"ruleId\":\"LK01\"");
    }

    @Test
    void workflow_of_github_lets_a_harmless_migration_pass() throws Exception {
        clone(GOOD);
        for (String command : gitHub()) {
            type(command, 0);
        }
    }

    @Test
    void file_of_gitlab_stops_a_hazard_and_leaves_its_reports() throws Exception {
        clone(BAD);
        environment = Map.of("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
        type(String.valueOf(at(yaml("gitlab-ci.yml"), "db-guardrails", "script", 0)), 3);
        for (Object report :
                ((Map<?, ?>) at(yaml("gitlab-ci.yml"), "db-guardrails", "artifacts", "reports")).values()) {
            assertThat(folder.resolve("work").resolve(String.valueOf(report)))
                    .content()
                    .contains("LK01");
        }
    }

    @Test
    void hook_of_pre_commit_reads_the_text_alone() throws Exception {
        clone(BAD);
        String entry = String.valueOf(at(yaml("pre-commit-config.yaml"), "repos", 0, "hooks", 0, "entry"));
        assertThat(type(entry, 3)).contains("error[LK01]", "0 statements observed");
    }
}

package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.source.Convention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

@ExtendWith(Desk.Extension.class)
@Tag("USE-01")
class CommandsTest {
    /** Parses the text to its end; it must be exactly one object. */
    private static void assertOneObject(String text, String schema) {
        assertThat(text).startsWith("{\"schema\":\"" + schema + "\"");
        int roots = 0;
        int depth = 0;
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart() && depth++ == 0) {
                    roots++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
            }
        }
        assertThat(roots).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "new", "status", "plan", "apply", "rollback", "repair", "explain"})
    void help_of_every_command_has_options_and_examples(String command, Desk desk) {
        Desk.Outcome outcome = desk.run(command, "--help");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("Output:", "--output", "--color", "Examples:", "  lockkeeper " + command);
        assertThat(desk.run("help", command).out()).isEqualTo(outcome.out());
    }

    @Test
    void help_as_a_whole_and_exit_codes_and_version(Desk desk) {
        Golden.check("help", desk.run("--help").out());
        Golden.check("exit-codes", desk.run("help", "exit-codes").out());
        assertThat(desk.run("--version").out()).startsWith("lockkeeper ");
        assertThat(desk.run("--version").exitCode()).isZero();
    }

    @Test
    void whole_life_of_a_project_as_text(Desk desk) {
        desk.project().second("create table second (id int);\n");
        StringBuilder session = new StringBuilder();
        for (List<String> command : List.of(
                List.of("status"),
                List.of("plan"),
                List.of("apply", "--to", "1"),
                List.of("apply"),
                List.of("apply"),
                List.of("status"),
                List.of("plan", "--rollback", "--steps", "2"),
                List.of("rollback"),
                List.of("rollback", "--to", "0"),
                List.of("rollback"))) {
            Desk.Outcome outcome = desk.run(command.toArray(String[]::new));
            session.append("$ lockkeeper ").append(String.join(" ", command)).append('\n');
            session.append(outcome.out()).append(outcome.err());
            assertThat(outcome.exitCode()).isZero();
        }
        Golden.check("life", desk.normalized(session.toString()));
    }

    @Test
    void json_of_every_command_is_one_object(Desk desk) {
        desk.project().second("create table second (id int);\n");
        Desk.Outcome plan = desk.run("plan", "--output=json");
        assertOneObject(plan.out(), "lockkeeper/plan/v1");
        Golden.check("plan.json", desk.normalized(plan.out()).replaceAll("sha256-lf:[0-9a-f]{64}", "DIGEST"));
        Desk.Outcome apply = desk.run("apply", "--output", "json");
        assertOneObject(apply.out(), "lockkeeper/run/v1");
        Golden.check("apply.json", desk.normalized(apply.out()).replaceAll("sha256-lf:[0-9a-f]{64}", "DIGEST"));
        desk.run("rollback");
        Desk.Outcome status = desk.run("status", "--output", "json");
        assertOneObject(status.out(), "lockkeeper/status/v1");
        Golden.check("status.json", desk.normalized(status.out()));
        assertOneObject(desk.run("rollback", "--output", "json").out(), "lockkeeper/run/v1");
        assertOneObject(desk.run("explain", "--output", "json").out(), "lockkeeper/explain/v1");
        assertOneObject(desk.run("new", "third", "--output", "json").out(), "lockkeeper/new/v1");
    }

    @Test
    void json_of_errors_is_one_object_with_code_and_place(Desk desk) {
        assertOneObject(desk.run("status", "--output", "json").out(), "lockkeeper/error/v1");
        assertOneObject(desk.run("apply", "--nonsense", "--output", "json").out(), "lockkeeper/error/v1");
        assertOneObject(desk.run("aply", "--output", "json").out(), "lockkeeper/error/v1");
        desk.project().second("select 1;\nselect nope;\n");
        Desk.Outcome outcome = desk.run("apply", "--output", "json");
        assertOneObject(outcome.out(), "lockkeeper/run/v1");
        assertThat(outcome.exitCode()).isEqualTo(7);
        assertThat(outcome.out())
                .contains("\"code\":\"partly-applied\"", "\"line\":2", "\"column\":8", "\"sqlState\":\"42703\"");
        assertThat(outcome.err()).contains("error[partly-applied]");
    }

    @Test
    void json_of_a_refused_run_holds_every_reason(Desk desk) {
        desk.project().second("select 1;\n").run("apply");
        desk.write("migrations/V1__first.sql", "select 2;").write("migrations/V2__second.sql", "select 2;");
        Desk.Outcome outcome = desk.run("apply", "--output", "json");
        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.out().split("\"migration-altered\"", -1)).hasSize(3);
    }

    @Test
    void unknown_commands_and_options_name_the_nearest(Desk desk) {
        assertThat(desk.run("aply").err()).contains("there is no command aply", "did you mean apply?");
        assertThat(desk.run("apply", "--datbase", "x").err())
                .contains("no option --datbase", "did you mean --database?");
        assertThat(desk.run("explain", "duplicate-versoin").err()).contains("did you mean duplicate-version?");
        assertThat(desk.run("init", "--convention", "flywey").err()).contains("did you mean flyway?");
        assertThat(desk.project().run("status", "--environment", "x").exitCode())
                .isEqualTo(2);
        assertThat(desk.run("status", "--component", "mian").err()).contains("did you mean main?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollback --steps -1",
                "rollback --steps x",
                "rollback --to 1 --steps 1",
                "apply --to latest",
                "apply --color sometimes",
                "apply --output xml",
                "apply --set",
                "apply surplus",
                "apply --to 1 --to 2"
            })
    void wrong_arguments_are_usage_errors(String line, Desk desk) {
        Desk.Outcome outcome = desk.project().run(line.split(" "));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("error[usage]: ");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void nothing_at_all_shows_the_help_and_is_a_usage_error(Desk desk) {
        var err = new java.io.ByteArrayOutputStream();
        var stream = new java.io.PrintStream(err, true, java.nio.charset.StandardCharsets.UTF_8);
        int exitCode = new CommandLineInterface(desk.variables(), new java.util.Properties(), stream, stream).run();
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString(java.nio.charset.StandardCharsets.UTF_8)).contains("Start here");
    }

    @Test
    void color_is_used_only_where_it_is_wanted(Desk desk) {
        desk.project();
        assertThat(desk.run("status").out()).doesNotContain("\u001b");
        assertThat(desk.run("status", "--color", "always").out()).contains("\u001b[1m");
        desk.variables().put("CLICOLOR_FORCE", "1");
        assertThat(desk.run("status").out()).contains("\u001b[1m");
        desk.variables().put("NO_COLOR", "1");
        assertThat(desk.run("status").out()).doesNotContain("\u001b");
        assertThat(desk.run("status", "--color", "never").out()).doesNotContain("\u001b");
    }

    @Test
    void explain_knows_every_code_and_its_exit_code(Desk desk) {
        for (Code code : Code.values()) {
            assertThat(desk.run("explain", code.slug()).out())
                    .startsWith(
                            code.slug() + " (exit code " + code.category().exitCode() + ")\n  " + code.explanation());
            assertThat(code.explanation()).endsWith(".");
            assertThat(code.slug())
                    .isEqualTo(code.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    @ParameterizedTest
    @Tag("MIG-08")
    @Tag("MIG-02")
    @EnumSource(Convention.class)
    void init_and_new_make_files_that_apply_and_roll_back(Convention convention, Desk desk) {
        String folder = desk.folder().resolve("made").toString();
        assertThat(desk.run("init", folder, "--convention", convention.key()).exitCode())
                .isZero();
        assertThat(desk.run("new", "Add invoices", "--project", folder).exitCode())
                .isZero();
        assertThat(desk.run("new", "add-more", "--project", folder).exitCode()).isZero();
        Desk.Outcome applied = desk.run("apply", "--project", folder);
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        assertThat(applied.err()).doesNotContain("warning");
        assertThat(applied.out()).contains("3 migrations applied.", "create schema", "add invoices", "add more");
        assertThat(desk.rows("select to_regnamespace('app') is not null")).containsExactly("t");
        Desk.Outcome back = desk.run("rollback", "--to", "0", "--project", folder);
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(desk.rows("select to_regnamespace('app') is null")).containsExactly("t");
    }

    @ParameterizedTest
    @Tag("MIG-08")
    @Tag("MIG-02")
    @EnumSource(Convention.class)
    void new_writes_the_files_of_the_convention(Convention convention, Desk desk) throws IOException {
        desk.write("lockkeeper.yaml", "project: shop\nconvention: " + convention.key() + "\n");
        convention
                .newFiles(desk.folder().resolve("migrations"), "7", "first")
                .forEach(file -> desk.write(
                        desk.folder().relativize(file).toString(), convention.join("select 1;\n", "select 1;\n")));
        Optional<Convention.Listed> listed =
                convention.listed(desk.folder().resolve("migrations"), "shop", "first", Clock.systemUTC(), "ann");
        listed.ifPresent(
                list -> desk.write(desk.folder().relativize(list.file()).toString(), list.text()));
        StringBuilder text = new StringBuilder(
                desk.normalized(desk.run("new", "Add invoices").out()));
        for (Path file : convention.newFiles(desk.folder().resolve("migrations"), "8", "add_invoices")) {
            text.append("--- ").append(desk.normalized(file.toString())).append('\n');
            text.append(Files.readString(file));
        }
        Golden.check("new-" + convention.key(), text.toString());
        if (listed.isPresent()) {
            assertThat(Files.readAllLines(listed.get().file()))
                    .hasSize(5)
                    .last(STRING)
                    .startsWith("add_invoices 20");
        }
    }

    @Test
    @Tag("MIG-08")
    void new_puts_a_rollback_where_the_others_are(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\n")
                .write("migrations/202501010101_a.sql", "select 1;")
                .write("rollbacks/202501010101_a.sql", "select 1;");
        Desk.Outcome outcome = desk.run("new", "b");
        assertThat(desk.normalized(outcome.out())).contains("made DIR/rollbacks/");
        assertThat(desk.run("apply").exitCode()).isZero();
    }

    @Test
    @Tag("MIG-08")
    void new_goes_on_in_the_last_of_numbered_folders(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\n")
                .write("migrations/01_core/007_a.up.sql", "select 1;")
                .write("migrations/02_more/001_b.up.sql", "select 1;");
        Desk.Outcome outcome = desk.run("new", "c");
        assertThat(desk.normalized(outcome.out()))
                .contains("made DIR/migrations/02_more/002_c.up.sql", "made DIR/migrations/02_more/002_c.down.sql");
        assertThat(desk.run("new", "d").out()).contains("02_more/003_d.up.sql");
    }

    @Test
    @Tag("MIG-08")
    void init_and_new_never_overwrite(Desk desk) {
        desk.project();
        assertThat(desk.run("init", desk.folder().toString()).exitCode()).isEqualTo(2);
        assertThat(desk.run("new", "../evil").exitCode()).isEqualTo(2);
        assertThat(desk.run("new", "second").out()).contains("V2__second.sql", "U2__second.sql");
        assertThat(desk.run("new", "second").out()).contains("V3__second.sql");
    }

    @Test
    @Tag("MIG-07")
    void components_go_up_in_their_order_and_down_in_reverse(Desk desk) {
        desk.write(
                        "lockkeeper.yaml",
                        "components:\n  operational:\n    migrations: op\n  analytics:\n    migrations: an\n")
                .write("op/V1__a.sql", "create table a (id int primary key);")
                .write("op/U1__a.sql", "drop table a;")
                .write("an/V1__b.sql", "create table b (id int references a);")
                .write("an/U1__b.sql", "drop table b;");
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.rows("select component from lockkeeper.history order by id"))
                .containsExactly("operational", "analytics");
        Desk.Outcome back = desk.run("rollback");
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(desk.run("apply", "--component", "operational").out()).doesNotContain("analytics");
        assertThat(desk.run("new", "c").err()).contains("--component operational or --component analytics");
    }

    @Test
    @Tag("MIG-02")
    void found_convention_is_said_aloud(Desk desk) {
        desk.project().write("lockkeeper.yaml", "project: shop\n");
        assertThat(desk.run("status").err())
                .contains("the files of main follow the convention flyway: V1__first.sql has such a name");
    }

    @Test
    @Tag("GOV-07")
    void secrets_are_refused_on_the_command_line_and_never_printed(Desk desk) {
        desk.project();
        for (String url : List.of(
                "postgresql://me:hush@127.0.0.1/shop",
                "postgresql://me:hush@under_score/shop",
                "jdbc:postgresql://127.0.0.1/shop?user=me&password=hush")) {
            Desk.Outcome outcome = desk.run("status", "--database", url, "--output", "json");
            assertThat(outcome.exitCode()).as(url).isEqualTo(2);
            assertThat(outcome.out() + outcome.err())
                    .contains("secret-on-command-line")
                    .doesNotContain("hush");
        }
        assertThat(desk.run("status", "--password=hush").err())
                .contains("--password")
                .doesNotContain("hush");
        desk.variables().put("LOCKKEEPER_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/shop");
        for (String command : List.of("status", "plan", "apply", "rollback")) {
            for (String form : List.of("text", "json")) {
                Desk.Outcome outcome = desk.run(command, "--output", form);
                assertThat(outcome.exitCode()).isEqualTo(5);
                assertThat(outcome.out() + outcome.err()).doesNotContain("hush");
            }
        }
    }

    @Test
    @Tag("GOV-07")
    void password_of_an_environment_comes_from_its_variable(Desk desk) {
        String password = String.valueOf(desk.variables().remove("PGPASSWORD"));
        String user = desk.variables().remove("PGUSER");
        String database = desk.variables().remove("PGDATABASE");
        desk.variables().remove("PGHOST");
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nenvironments:\n  staging:\n    url: postgresql://" + user + "@127.0.0.1:"
                                + desk.port() + "/" + database + "\n    password-variable: STAGING_PASSWORD\n");
        desk.variables().put("STAGING_PASSWORD", password);
        Desk.Outcome outcome = desk.run("apply", "--environment", "staging");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(Arrays.asList(outcome.out(), outcome.err())).noneMatch(text -> text.contains(password));
    }

    @Test
    @Tag("RUN-05")
    void failed_step_is_explained_by_status_refused_by_apply_and_freed_by_repair(Desk desk) {
        desk.project().second("insert into first values (1), (1);\n");
        assertThat(desk.run("apply").exitCode()).isEqualTo(7);
        Desk.Outcome status = desk.run("status");
        Golden.check("failed-status", desk.normalized(status.out()));
        Desk.Outcome again = desk.run("apply");
        assertThat(again.exitCode()).isEqualTo(4);
        Golden.check("failed-again", desk.normalized(again.err()));
        assertThat(desk.run("repair", "2", "--as", "retry").exitCode()).isEqualTo(2);
        assertThat(desk.run("repair", "2", "--as", "retri", "--reason", "x").err())
                .contains("did you mean --as retry?");
        Desk.Outcome repaired = desk.run("repair", "2", "--as", "retry", "--reason", "it is 5 o'clock");
        Golden.check("repaired", desk.normalized(repaired.out()));
        assertThat(repaired.exitCode()).isZero();
        assertThat(desk.rows("select reason from lockkeeper.audit where reason is not null"))
                .containsExactly("it is 5 o'clock");
        assertThat(desk.run("apply").exitCode()).isEqualTo(1);
    }

    @Test
    @Tag("RUN-08")
    void hooks_of_the_project_file_are_carried_out_around_a_run(Desk desk) {
        desk.project();
        desk.write("lockkeeper.yaml", """
                project: shop
                migrations: migrations
                hooks:
                  before-apply:
                    - check: select to_regclass('first') is null
                    - run: echo $LOCKKEEPER_COMMAND > said
                  after-apply:
                    - check: select to_regclass('first') is not null
                    - run: echo done >> said; exit 7
                """);
        Desk.Outcome outcome = desk.run("apply");
        assertThat(outcome.exitCode()).isEqualTo(3);
        Golden.check("hook-after", desk.normalized(outcome.err()));
        assertThat(desk.folder().resolve("said")).hasContent("apply\ndone");
        assertThat(desk.run("apply").exitCode()).isZero();
    }

    @Test
    @Tag("USE-06")
    void hooks_after_a_failure_run_whatever_stopped_the_run(Desk desk) {
        desk.project().second("select nope;\n");
        String yaml = """
                project: shop
                migrations: migrations
                hooks:
                  before-apply:
                    - run: echo paused >> said
                  after-apply:
                    - run: echo resumed >> said
                  after-failure:
                    - run: exit 9
                    - run: echo resumed after $LOCKKEEPER_ERROR >> said
                """;
        desk.write("lockkeeper.yaml", yaml);
        Desk.Outcome outcome = desk.run("apply");
        assertThat(outcome.exitCode()).isEqualTo(7);
        assertThat(outcome.err())
                .contains("error[partly-applied]", "note: after-failure failed too: the command ended with 9: exit 9");
        assertThat(desk.folder().resolve("said")).hasContent("paused\nresumed after partly-applied");
        desk.second("select 1;\n").write("lockkeeper.yaml", yaml.replace("echo paused >> said", "exit 1"));
        assertThat(desk.run("apply").exitCode()).isEqualTo(4);
        assertThat(desk.folder().resolve("said"))
                .hasContent("paused\nresumed after partly-applied\nresumed after check-failed");
        desk.write("lockkeeper.yaml", yaml);
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.folder().resolve("said")).content().endsWith("paused\nresumed\n");
    }
}

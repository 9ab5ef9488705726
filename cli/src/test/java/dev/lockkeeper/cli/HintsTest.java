package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is nearly right is answered with what was probably meant. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-02")
class HintsTest {
    @Test
    void token_that_is_nearly_one_of_the_project_is_refused(Desk desk) {
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\ntokens:\n  schema: app\n");
        Desk.Outcome outcome = desk.run("plan", "--set", "schmea=other");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("component main has no token schmea", "did you mean --set schema=...?");
        assertThat(desk.run("plan", "--set", "region=eu").exitCode()).isZero();
    }

    @Test
    void database_of_another_program_is_named_and_not_taken(Desk desk) {
        desk.project();
        Map<String, String> variables = desk.variables();
        variables.keySet().removeAll(List.of("PGHOST", "PGDATABASE"));
        variables.put("DATABASE_URL", "postgresql://somebody@host/db");
        Desk.Outcome outcome = desk.run("status");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err())
                .contains("error[database-unknown]", "DATABASE_URL is set", "LOCKKEEPER_DATABASE_URL=$DATABASE_URL");
    }

    @Test
    void project_file_of_another_ending_is_found(Desk desk) {
        desk.write("lockkeeper.yml", "project: shop\n");
        assertThat(desk.run("plan").err()).contains("there is a lockkeeper.yml", "rename it to lockkeeper.yaml");
    }

    @Test
    void project_of_a_folder_above_is_named(Desk desk) {
        desk.project();
        String below = desk.folder().resolve("migrations").toString();
        Desk.Outcome outcome = desk.run("plan", "--project", below);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("name that with --project " + desk.folder());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"afterMigrate.sql", "beforeEachMigrate__log.sql", "afterMigrateError.sql", "createSchema.sql"})
    void callback_of_flyway_is_told_from_a_misnamed_file(String name, Desk desk) {
        desk.project().write("migrations/" + name, "select 1;\n").write("migrations/aftermath.sql", "select 1;\n");
        assertThat(desk.run("plan").err())
                .containsOnlyOnce("named like a callback of Flyway")
                .containsOnlyOnce("the file matches nothing of the convention flyway");
    }

    @Test
    void next_command_is_printed_as_a_shell_reads_it(Desk desk) {
        String folder = desk.folder().resolve("it's my shop").toString();
        assertThat(desk.run("init", folder).out())
                .contains("lockkeeper smoke --project '" + folder.replace("'", "'\\''") + "'");
    }

    @Test
    void a_pending_migration_without_a_down_script_shows_it(Desk desk) {
        desk.project().write("migrations/V2__b.sql", "select 1;\n");
        assertThat(desk.run("status").out().lines())
                .anyMatch(line -> line.matches(".*1 +pending +first"))
                .anyMatch(line -> line.matches(".*2 +pending +b +\\(no down script\\)"));
    }

    @Test
    void an_up_script_without_a_statement_is_warned_of_before_it_is_proven(Desk desk) {
        desk.project().write("migrations/V1__first.sql", "-- later\n").write("migrations/U1__first.sql", "\n");
        assertThat(desk.run("smoke", "--project", desk.folder().toString()).err())
                .contains("warning[script-empty]: version 1 has no statement in its up script");
    }

    @Test
    void help_is_as_wide_as_the_terminal_within_reason(Desk desk) {
        for (String[] width : new String[][] {{"100", "100"}, {"20", "60"}, {"1000", "120"}, {"wide", "80"}}) {
            desk.variables().put("COLUMNS", width[0]);
            int most = desk.run("smoke", "--help")
                    .out()
                    .lines()
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            assertThat(most).as(width[0]).isBetween(Integer.parseInt(width[1]) - 12, Integer.parseInt(width[1]));
        }
    }

    @Test
    void a_rollback_of_more_steps_than_are_applied_says_so(Desk desk) {
        desk.project();
        desk.run("apply");
        assertThat(desk.run("rollback", "--steps", "5", "--yes").err())
                .contains("note: 5 were asked for, and 1 is applied");
        desk.run("apply");
        assertThat(desk.run("rollback", "--yes").err()).doesNotContain("note:");
    }
}

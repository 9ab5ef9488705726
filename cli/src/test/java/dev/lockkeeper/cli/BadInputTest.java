package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a user reads when the input is bad: what, where, why, what to do. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-02")
class BadInputTest {
    private static void golden(String name, Desk desk, int exitCode, String... arguments) {
        Desk.Outcome outcome = desk.run(arguments);
        Golden.check(
                name,
                desk.normalized("$ lockkeeper " + String.join(" ", arguments) + "\n" + outcome.out() + outcome.err()
                        + "exit code " + outcome.exitCode() + "\n"));
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.out() + outcome.err())
                .doesNotContain(String.valueOf(desk.variables().get("PGPASSWORD")));
    }

    @Test
    @Tag("MIG-03")
    void declared_token_without_a_value(Desk desk) {
        desk.project()
                .second("create schema ${schema};\ncreate table ${schema}.t (id int);\n")
                .write("lockkeeper.yaml", "migrations: migrations\nconvention: flyway\ntokens:\n  schema:\n");
        golden("token-without-value", desk, 2, "apply");
    }

    @Test
    @Tag("MIG-03")
    void undeclared_token_when_the_project_is_strict(Desk desk) {
        desk.project()
                .second("select '${nmae}';\n")
                .write("lockkeeper.yaml", "migrations: migrations\nconvention: flyway\nstrict-tokens: true\n");
        golden("token-undeclared", desk, 2, "apply");
    }

    @Test
    @Tag("MIG-01")
    void duplicate_version(Desk desk) {
        desk.project().write("migrations/V001__again.sql", "select 1;");
        golden("duplicate-version", desk, 2, "apply");
    }

    @Test
    void missing_down(Desk desk) {
        desk.project().write("migrations/V2__second.sql", "select 1;");
        golden("missing-down", desk, 2, "apply");
    }

    @Test
    @Tag("RUN-06")
    void edited_applied_file(Desk desk) {
        desk.project().run("apply");
        desk.write("migrations/V1__first.sql", "create table first (id bigint primary key);\n");
        golden("edited", desk, 4, "apply");
        golden("edited-status", desk, 0, "status");
    }

    @Test
    @Tag("RUN-06")
    void reordered_files(Desk desk) throws IOException {
        desk.project().second("create table second (id int);\n").run("apply");
        Path folder = desk.folder().resolve("migrations");
        Files.move(folder.resolve("V1__first.sql"), folder.resolve("V3__first.sql"));
        Files.move(folder.resolve("U1__first.sql"), folder.resolve("U3__first.sql"));
        golden("reordered", desk, 4, "apply");
    }

    @Test
    @Tag("RUN-06")
    void file_that_came_late(Desk desk) {
        desk.project().second("select 1;\n").run("apply");
        desk.write("migrations/V1.5__late.sql", "select 1;\n").write("migrations/U1.5__late.sql", "");
        golden("late", desk, 4, "apply");
    }

    @Test
    @Tag("MIG-01")
    void files_that_cannot_be_read(Desk desk) throws IOException {
        desk.project();
        Files.createDirectory(desk.folder().resolve("migrations/V2__folder.sql"));
        Files.createSymbolicLink(desk.folder().resolve("migrations/V3__dangling.sql"), Path.of("nowhere.sql"));
        golden("unreadable", desk, 2, "apply");
    }

    @Test
    @Tag("MIG-01")
    void files_in_another_encoding(Desk desk) {
        desk.project()
                .write("migrations/V2__latin.sql", "-- ok\nselect 'caf\u00e9';\n".getBytes(StandardCharsets.ISO_8859_1))
                .write("migrations/V3__wide.sql", "select 1;\n".getBytes(StandardCharsets.UTF_16LE));
        golden("encoding", desk, 2, "apply");
    }

    @Test
    @Tag("MIG-04")
    void unterminated_quote_and_comment_and_dollar_quote(Desk desk) {
        desk.project()
                .second("select 'never closed;\n")
                .write("migrations/V3__c.sql", "select 1;\n/* open\nselect 2;\n");
        desk.write("migrations/U3__c.sql", "").write("migrations/V4__d.sql", "do $body$ begin end $bdy$;\n");
        desk.write("migrations/U4__d.sql", "");
        golden("unterminated", desk, 2, "apply");
    }

    @Test
    @Tag("MIG-04")
    void backslash_command(Desk desk) {
        desk.project().second("select 1;\n\\i other.sql\n");
        golden("backslash", desk, 2, "apply");
    }

    @Test
    @Tag("MIG-04")
    void transaction_commands_in_the_middle(Desk desk) {
        desk.project().second("begin;\ncreate table a (id int);\ncommit;\n  begin;\nsavepoint s;\ncommit;\n");
        golden("transaction-commands", desk, 2, "apply");
    }

    @Test
    void wrong_password(Desk desk) {
        desk.project().variables().put("PGPASSWORD", "not-the-password");
        golden("wrong-password", desk, 5, "apply");
    }

    @Test
    void server_away(Desk desk) {
        desk.project();
        golden("server-away", desk, 5, "apply", "--database", "postgresql://me@127.0.0.1:1/shop");
    }

    @Test
    void database_away(Desk desk) {
        desk.project();
        golden("database-away", desk, 5, "apply", "--database", "postgresql://127.0.0.1/no_such_database");
    }

    @Test
    void no_database_named(Desk desk) {
        desk.project().variables().clear();
        golden("no-database", desk, 2, "apply");
    }

    @Test
    void full_history_table_of_another_tool(Desk desk) {
        desk.execute("create table flyway_schema_history (version text);"
                + " insert into flyway_schema_history values ('1')");
        desk.project();
        golden("other-tool", desk, 4, "apply");
        golden("other-tool-status", desk, 0, "status");
    }

    @Test
    void names_with_quotes_spaces_newlines_and_emoji(Desk desk) {
        desk.project()
                .write("migrations/V2__it's \"odd\"\n\u001b[31m\uD83D\uDE00.sql", "select 1;\n")
                .write("migrations/U2__x.sql", "select 1;\n")
                .write("migrations/V3__t.sql", "create table \"a\nb\u001b[31m 'q' \"\"\uD83D\uDE00\" (id nope);\n")
                .write("migrations/U3__t.sql", "select 1;\n");
        golden("odd-names", desk, 7, "apply");
        golden("odd-names-status", desk, 0, "status");
    }

    @Test
    void failing_statement(Desk desk) {
        desk.project().second("create table t (\n\tid int references frist (id)\n);\n");
        golden("failing-statement", desk, 7, "apply");
    }

    @Test
    void failing_row(Desk desk) {
        desk.project().second("insert into first values (1);\n\ninsert into first\nvalues (1);\n");
        golden("failing-row", desk, 7, "apply");
    }

    @Test
    void no_project(Desk desk) {
        golden("no-project", desk, 2, "apply");
    }

    @Test
    void project_file_with_many_mistakes(Desk desk) {
        desk.write(
                "lockkeeper.yaml",
                "project: shop\nmigratons: migrations\nconvention: flywya\ndowns: maybe\nenvironments:\n  staging:\n"
                        + "    url: postgresql://me:hush@db/shop\n    pasword: hush\n[1]: x\ndowns: optional\n");
        golden("project-file", desk, 2, "apply");
        assertThat(desk.run("apply").err()).doesNotContain("hush");
    }

    @Test
    void project_file_that_is_no_yaml(Desk desk) {
        desk.write("lockkeeper.yaml", "project: \"shop\nmigrations: x\n");
        golden("no-yaml", desk, 2, "apply");
    }

    @Test
    void mixed_conventions_and_no_files(Desk desk) {
        desk.project().write("lockkeeper.yaml", "project: shop\n").write("migrations/002_x.up.sql", "select 1;");
        golden("mixed-conventions", desk, 2, "apply");
    }

    @Test
    @Tag("MIG-02")
    void files_that_match_nothing_are_named_and_the_rest_runs(Desk desk) {
        desk.project()
                .write("migrations/v2__small.sql", "")
                .write("migrations/view.sql", "")
                .write("migrations/V3__loud.SQL", "")
                .write("migrations/U9__alone.sql", "");
        golden("unmatched", desk, 0, "apply");
    }
}

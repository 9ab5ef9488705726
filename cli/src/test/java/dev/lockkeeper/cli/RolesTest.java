package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Viewer, author, approver and operator, each with a login or a key of their own, none of them a superuser. */
@ExtendWith(Desk.Extension.class)
@Tag("GOV-02")
class RolesTest {
    private static final List<String> LOGINS = List.of("lk_operator", "lk_viewer", "lk_stranger");

    @BeforeEach
    void people_and_logins_are_there(Desk desk) throws IOException, InterruptedException {
        StringBuilder signers = new StringBuilder();
        for (String name : List.of("anna", "ben", "carla")) {
            Path key = desk.folder().resolve(name);
            assertThat(new ProcessBuilder(
                                    "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key.toString())
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
            signers.append(name)
                    .append("@example.com namespaces=\"lockkeeper-plan\" ")
                    .append(Files.readString(Path.of(key + ".pub")));
        }
        desk.project().write("allowed_signers", signers.toString());
        for (String login : LOGINS) {
            desk.execute("create role " + login + " login password 'secret'");
        }
        desk.execute("grant create on database " + desk.database() + " to lk_operator, lk_viewer, lk_stranger");
        desk.execute("grant all on schema public to lk_operator, lk_viewer, lk_stranger");
        roles(
                desk,
                "approvals: 1",
                "operator: [lk_operator]",
                "author: [ben@example.com]",
                "approver: [anna@example.com]");
    }

    @AfterEach
    void logins_are_gone(Desk desk) {
        for (String login : LOGINS) {
            desk.execute("drop owned by " + login + " cascade");
            desk.execute("drop role " + login);
        }
    }

    private static void roles(Desk desk, String approvals, String... roles) {
        desk.write(
                "lockkeeper.yaml",
                "project: shop\nmigrations: migrations\nconvention: flyway\napproval:\n  signers: allowed_signers\n"
                        + "environments:\n  production:\n    url: postgresql://127.0.0.1:" + desk.port() + "/"
                        + desk.database() + "\n    " + approvals + "\n    roles:\n      "
                        + String.join("\n      ", roles) + "\n");
    }

    private static Desk.Outcome as(Desk desk, String login, String... command) {
        desk.variables().put("PGUSER", login);
        desk.variables().put("PGPASSWORD", "secret");
        List<String> all = new ArrayList<>(List.of(command));
        if (!List.of("approve").contains(command[0])) {
            all.addAll(List.of("--environment", "production"));
        }
        return desk.run(all.toArray(String[]::new));
    }

    private static String plan(Desk desk) {
        return desk.folder().resolve("plan.json").toString();
    }

    private static Desk.Outcome make(Desk desk, String login, String maker) {
        return as(desk, login, "plan", "--out", plan(desk), "--as", maker);
    }

    private static Desk.Outcome approve(Desk desk, String who, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "approve", plan(desk), "--key", desk.folder().resolve(who).toString()));
        all.addAll(List.of(more));
        return as(desk, "lk_viewer", all.toArray(String[]::new));
    }

    private static void refused(Desk.Outcome outcome, String... told) {
        assertThat(outcome.err()).contains(told);
        assertThat(outcome.exitCode()).isEqualTo(4);
    }

    @Test
    void each_does_what_is_theirs_and_the_plan_runs(Desk desk) {
        assertThat(make(desk, "lk_viewer", "Ben@Example.com").exitCode()).isZero();
        assertThat(approve(desk, "anna").exitCode()).isZero();
        Desk.Outcome run = as(desk, "lk_operator", "apply", "--plan", plan(desk));
        assertThat(run.err()).contains("applied 1");
        assertThat(run.exitCode()).isZero();
        desk.execute("grant usage on schema lockkeeper to lk_viewer");
        desk.execute("grant select on all tables in schema lockkeeper to lk_viewer");
        assertThat(as(desk, "lk_viewer", "status").out()).contains("1 applied, 0 pending");
        refused(
                as(desk, "lk_viewer", "rollback", "--yes"),
                "error[role-refused]: database user lk_viewer may change nothing in environment production",
                "roles says that operator is lk_operator");
    }

    @Test
    void who_is_no_author_makes_no_plan_and_has_none_run(Desk desk) throws IOException {
        refused(
                make(desk, "lk_operator", "mallory@example.com"),
                "error[role-refused]: mallory@example.com is no author in environment production");
        assertThat(desk.folder().resolve("plan.json")).doesNotExist();

        assertThat(make(desk, "lk_operator", "ben@example.com").exitCode()).isZero();
        approve(desk, "anna");
        roles(desk, "approvals: 1", "author: [carla@example.com]");
        refused(as(desk, "lk_operator", "apply", "--plan", plan(desk)), "ben@example.com is no author");
    }

    @Test
    void signature_of_who_is_no_approver_is_neither_given_nor_counted(Desk desk) {
        assertThat(make(desk, "lk_operator", "ben@example.com").exitCode()).isZero();
        refused(approve(desk, "carla"), "carla@example.com is no approver in this environment");
        roles(desk, "approvals: 1", "operator: [lk_operator]");
        assertThat(approve(desk, "carla").exitCode()).isZero();
        roles(desk, "approvals: 1", "operator: [lk_operator]", "approver: [anna@example.com]");
        refused(
                as(desk, "lk_operator", "apply", "--plan", plan(desk)),
                "error[approval-missing]",
                "does not count: ",
                "carla@example.com is no approver in this environment");
    }

    @Test
    void with_authors_and_no_approvals_what_runs_still_stands_in_a_plan(Desk desk) {
        roles(desk, "approvals: 0", "author: [ben@example.com]");
        refused(as(desk, "lk_operator", "apply"), "error[plan-needed]", "it names authors");
        assertThat(make(desk, "lk_operator", "ben@example.com").exitCode()).isZero();
        assertThat(as(desk, "lk_operator", "apply", "--plan", plan(desk)).exitCode())
                .isZero();
    }

    /** Neither another login nor another environment nor an emergency gets around it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "apply",
                "baseline 1 --reason x",
                "repair 1 --as applied --reason x",
                "repair --separate --reason x",
                "apply --environment local"
            })
    void whoever_is_no_operator_changes_nothing(String command, Desk desk) {
        roles(desk, "approvals: 0", "operator: [lk_operator]");
        String[] words = command.split(" ");
        desk.variables().put("PGUSER", "lk_stranger");
        desk.variables().put("PGPASSWORD", "secret");
        Desk.Outcome outcome = command.contains("--environment") ? desk.run(words) : as(desk, "lk_stranger", words);
        refused(outcome, "error[role-refused]: database user lk_stranger may change nothing in environment production");
        assertThat(desk.rows("select to_regclass('lockkeeper.history')")).containsExactly("null");
    }

    @Test
    void viewer_looks_and_everybody_else_may_operate_where_no_operator_is_named(Desk desk) {
        roles(desk, "approvals: 0", "viewer: [lk_viewer]");
        refused(as(desk, "lk_viewer", "apply"), "roles says that it is a viewer");
        assertThat(as(desk, "lk_viewer", "plan").exitCode()).isZero();
        assertThat(as(desk, "lk_stranger", "apply").exitCode()).isZero();
    }

    @Test
    void emergency_is_an_operators_too(Desk desk) {
        roles(desk, "approvals: 2\n    break-glass: allow", "operator: [lk_operator]");
        assertThat(make(desk, "lk_stranger", "ben@example.com").exitCode()).isZero();
        refused(
                as(desk, "lk_stranger", "apply", "--plan", plan(desk), "--break-glass", "fire"),
                "error[role-refused]: database user lk_stranger");
        assertThat(as(desk, "lk_operator", "apply", "--plan", plan(desk), "--break-glass", "fire")
                        .exitCode())
                .isZero();
    }

    @Test
    void roles_that_say_nothing_or_contradict_each_other_are_refused_with_their_place(Desk desk) {
        roles(desk, "approvals: 0", "operator: []", "viewer: [a]", "oprator: [b]");
        Desk.Outcome outcome = as(desk, "lk_operator", "plan");
        assertThat(outcome.err()).contains("operator names nobody", "oprator", "lockkeeper.yaml:");
        assertThat(outcome.exitCode()).isEqualTo(2);
        roles(desk, "approvals: 0", "operator: [a]", "viewer: [a]");
        assertThat(as(desk, "lk_operator", "plan").err()).contains("a is an operator, too");
    }
}

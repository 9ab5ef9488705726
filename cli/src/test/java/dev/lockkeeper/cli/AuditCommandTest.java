package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
class AuditCommandTest {
    private static Desk applied(Desk desk) {
        desk.project().second("create table second (id int);\ninsert into second values (1), (2);\n");
        assertThat(desk.run("apply").exitCode()).isZero();
        return desk;
    }

    private static String file(Desk desk, String name) {
        return desk.folder().resolve(name).toString();
    }

    private static void tamper(Desk desk, String sql) {
        desk.execute("set session_replication_role = replica; alter table lockkeeper.audit disable trigger all; " + sql
                + "; alter table lockkeeper.audit enable always trigger audit_chained, enable always trigger"
                + " audit_append_only");
    }

    private static int keygen(Desk desk, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ssh-keygen"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(desk.folder().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            Path.of(file(desk, "head.json")).toFile().exists()
                                    ? Path.of(file(desk, "head.json")).toFile()
                                    : Path.of("/dev/null").toFile())
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Desk signing(Desk desk) throws IOException {
        Assumptions.assumeTrue(keygen(desk, "-?") >= 0, "ssh-keygen is missing: install openssh-client");
        assertThat(keygen(desk, "-q", "-t", "ed25519", "-N", "", "-C", "anna", "-f", file(desk, "anna")))
                .isZero();
        allow(desk, "lockkeeper-audit");
        return desk.write(
                "lockkeeper.yaml",
                "project: shop\nmigrations: migrations\nconvention: flyway\napproval:\n  signers: allowed_signers\n");
    }

    private static void allow(Desk desk, String namespace) throws IOException {
        desk.write(
                "allowed_signers",
                "anna@example.com namespaces=\"" + namespace + "\" "
                        + Files.readString(Path.of(file(desk, "anna.pub"))));
    }

    @Test
    void log_shows_who_did_what_the_newest_first(Desk desk) {
        applied(desk).run("repair", "2", "--as", "not-applied", "--reason", "dropped 'by hand'");
        Desk.Outcome log = desk.run("audit", "log");
        assertThat(log.exitCode()).isZero();
        assertThat(log.out()
                        .lines()
                        .skip(1)
                        .map(line -> line.replaceAll(" +", " ")
                                .replaceAll("\\b[0-9a-f]{8}-[0-9a-f-]{27}\\b", "R")
                                .replaceAll("\\d{4}-\\S+ ", "")
                                .replaceAll("by \\S+ \\(\\S+\\)", "by U (A)")
                                .replaceAll("sha256-lf:[0-9a-f]{12}\\b", "P")
                                .replaceAll("\\b[0-9a-f]{32}\\b", "T")))
                .containsExactly(
                        " 4 repair not-applied main 2 by U (A)",
                        " reason: dropped 'by hand'",
                        " 3 apply ended main by U (A): done, 2 steps done, 2 rows",
                        " 2 apply main by U (A): 2 steps planned",
                        " run R, plan P, trace T",
                        " 1 record by U (A)");
        assertThat(desk.run("audit", "log", "--action", "repair", "--limit", "1", "--output", "json")
                        .out())
                .contains("\"seq\":4", "\"reason\":\"dropped 'by hand'\"", "\"version\":\"2\"")
                .doesNotContain("\"seq\":3");
        assertThat(desk.run("audit", "log", "--since", "2999-01-01").out()).doesNotContain("apply");
        // as a program that uses the library may have given it
        desk.execute(
                "insert into lockkeeper.audit (component, action, reason) values ('main', 'repair', E'by\\nhand')");
        assertThat(desk.run("audit", "log").out()).contains("reason: by\\u000ahand");
    }

    @Test
    void release_is_found_by_the_id_of_its_trace(Desk desk) throws IOException {
        Guarded.guarded(desk);
        Guarded.approved(desk);
        Desk.Outcome asked = desk.run(
                "plan", "comment", Guarded.plan(desk), "--step", "2", "-m", "Why?", "--key", file(desk, "anna"));
        String id = asked.out().replaceFirst("(?s).*\\.([0-9a-f]{12})\\.comment.*", "$1");
        assertThat(desk.run("plan", "resolve", Guarded.plan(desk), id, "-m", "So", "--key", file(desk, "ben"))
                        .exitCode())
                .isZero();
        assertThat(Guarded.apply(desk, "--report", file(desk, "run.json")).exitCode())
                .isZero();
        String trace = Files.readString(Path.of(file(desk, "run.json")))
                .replaceFirst("(?s).*\"trace\":\"([0-9a-f]{32})\".*", "$1");

        // another release, which has nothing to do with it
        desk.write("migrations/V3__third.sql", "create table third (id int);\n")
                .write("migrations/U3__third.sql", "drop table third;\n");
        for (String old : List.of("plan.json", "plan.json.anna@example.com.sig", "plan.json.ben@example.com.sig")) {
            Files.delete(Path.of(file(desk, old)));
        }
        Guarded.approved(desk);
        assertThat(Guarded.apply(desk).exitCode()).isZero();

        String[] log = {"audit", "log", "--environment", "production"};
        assertThat(desk.run(log).out().lines().filter(line -> line.contains("  approve")))
                .hasSize(4);
        Desk.Outcome found = desk.run(
                "audit", "log", "--environment", "production", "--trace", trace.toUpperCase(java.util.Locale.ROOT));
        assertThat(found.exitCode()).isZero();
        String plan = "plan "
                + desk.rows("select plan_digest from lockkeeper.history where version = '2'")
                        .get(0)
                        .substring(0, 19);
        assertThat(found.out()
                        .lines()
                        .skip(1)
                        .map(line -> line.replaceFirst(".*Z  |^ +", "").replaceAll("by \\S+ \\(\\S+\\)", "by U (A)")))
                .containsExactlyInAnyOrder(
                        "apply ended  main  by U (A): done, 2 steps done, 0 rows",
                        "apply  main  by U (A): 2 steps planned",
                        "run "
                                + desk.rows("select distinct run from lockkeeper.history where version = '2'")
                                        .get(0) + ", " + plan + ", trace " + trace,
                        "approve  main  by U (A): signed by anna@example.com, " + plan,
                        "approve  main  by U (A): signed by ben@example.com, " + plan,
                        "comment  main  by U (A): signed by anna@example.com, on main 2, " + plan + ": Why?",
                        "resolve  main  by U (A): signed by ben@example.com, on main 2, " + plan + ": So");
        assertThat(desk.run("audit", "log", "--environment", "production", "--trace", trace, "--output", "json")
                        .out())
                .contains("\"trace\":\"" + trace + "\"");
        assertThat(desk.run("audit", "log", "--trace", "0".repeat(32)).out().lines())
                .hasSize(1);
        Desk.Outcome refused = desk.run("audit", "log", "--trace", "' or true --");
        assertThat(refused.err()).contains("error[usage]: ' or true -- is not the id of a trace");
        assertThat(refused.exitCode()).isEqualTo(2);
    }

    @Test
    void verify_ends_with_3_and_names_what_was_altered_and_with_0_when_nothing_was(Desk desk) {
        applied(desk);
        Desk.Outcome intact = desk.run("audit", "verify");
        assertThat(intact.out()).contains(": intact, 3 entries, 2 rows that they explain", "\n  head 3 ");
        assertThat(intact.exitCode()).isZero();
        tamper(
                desk,
                "update lockkeeper.audit set done_by = 'x' where seq = 2; delete from lockkeeper.history where id = 1");
        Desk.Outcome altered = desk.run("audit", "verify");
        assertThat(altered.exitCode()).isEqualTo(3);
        assertThat(altered.out())
                .contains(
                        ": 2 violations, 3 entries",
                        "✗ entry 2 (apply): it does not have the hash that its content gives",
                        "✗ history row 1 (version 1 of main): entry 3 shows it, and it is gone: it was deleted");
        Desk.Outcome json = desk.run("audit", "verify", "--output", "json");
        assertThat(json.exitCode()).isEqualTo(3);
        assertThat(json.out()).contains("\"intact\":false", "\"what\":\"history row 1 (version 1 of main)\"");
    }

    @Test
    void what_cannot_be_told_ends_with_4(Desk desk) {
        desk.project();
        Desk.Outcome nothing = desk.run("audit", "verify");
        assertThat(nothing.exitCode()).isEqualTo(4);
        assertThat(nothing.err()).contains("error[audit-unknown]: there is no record in schema lockkeeper");
        applied(desk).write("bad.jsonl", "{\"schema\":\"lockkeeper/audit-chain/v1\",\"before\":0,\"entries\":1}\nx\n");
        Desk.Outcome bad = desk.run("audit", "verify", file(desk, "bad.jsonl"));
        assertThat(bad.exitCode()).isEqualTo(4);
        assertThat(bad.err()).contains("bad.jsonl:2:1");
    }

    @Test
    void head_that_was_signed_and_kept_finds_a_chain_that_was_cut_off(Desk desk) throws IOException {
        signing(applied(desk));
        assertThat(desk.run("audit", "head", "--out", file(desk, "head.json"), "--key", file(desk, "anna"))
                        .out())
                .contains(": entry 3 of ", "head.json, signed in ", "head.json.sig");
        assertThat(keygen(
                        desk,
                        "-Y",
                        "verify",
                        "-f",
                        "allowed_signers",
                        "-I",
                        "anna@example.com",
                        "-n",
                        "lockkeeper-audit",
                        "-s",
                        "head.json.sig"))
                .as("ssh-keygen takes the signature")
                .isZero();
        Desk.Outcome kept = desk.run("audit", "verify", "--head", file(desk, "head.json"));
        assertThat(kept.exitCode()).isZero();
        assertThat(kept.out()).contains("--head is of entry 3, signed by anna@example.com");
        Files.move(Path.of(file(desk, "head.json.sig")), Path.of(file(desk, "elsewhere.sig")));
        assertThat(desk.run("audit", "verify", "--head", file(desk, "head.json"))
                        .out())
                .as("without the signature it is believed like any file, and that is told")
                .contains("--head is of entry 3, signed by nobody");
        Files.move(Path.of(file(desk, "elsewhere.sig")), Path.of(file(desk, "head.json.sig")));
        tamper(desk, "delete from lockkeeper.audit where seq > 1; truncate lockkeeper.history");
        assertThat(desk.run("audit", "verify").exitCode())
                .as("by itself it is whole")
                .isZero();
        Desk.Outcome cut = desk.run("audit", "verify", "--head", file(desk, "head.json"));
        assertThat(cut.exitCode()).isEqualTo(3);
        assertThat(cut.out()).contains("the chain ends with entry 1: the entries after it were cut off");
    }

    @Test
    void head_whose_signature_does_not_count_is_not_believed(Desk desk) throws IOException {
        signing(applied(desk)).run("audit", "head", "--out", file(desk, "head.json"), "--key", file(desk, "anna"));
        String text = Files.readString(Path.of(file(desk, "head.json")));
        Files.writeString(Path.of(file(desk, "head.json")), text.replace("\"seq\":3", "\"seq\":2"));
        Desk.Outcome forged = desk.run("audit", "verify", "--head", file(desk, "head.json"));
        assertThat(forged.exitCode()).isEqualTo(4);
        assertThat(forged.err()).contains("the signature is not of this file");
        Files.writeString(Path.of(file(desk, "head.json")), text);
        allow(desk, "lockkeeper-plan");
        assertThat(desk.run("audit", "verify", "--head", file(desk, "head.json"))
                        .err())
                .contains("its key is not for the namespace lockkeeper-audit");
    }

    @Test
    void export_and_archive_are_verified_without_a_database(Desk desk) {
        applied(desk);
        assertThat(desk.run("audit", "export", "--out", file(desk, "chain.jsonl"), "--output", "json")
                        .out())
                .contains("\"entries\":3");
        desk.run("rollback", "--yes");
        Desk.Outcome archived = desk.run(
                "audit",
                "archive",
                "--before",
                "2999-01-01",
                "--reason",
                "the year is over",
                "--out",
                file(desk, "old.jsonl"));
        assertThat(archived.err()).isEmpty();
        assertThat(archived.out()).contains(": entries 1 to 5 moved to ");
        assertThat(desk.run("audit", "verify").out())
                .contains(": intact, 2 entries", "up to entry 5 it is archived; --with FILE verifies that too");
        assertThat(desk.run("audit", "verify", "--with", file(desk, "old.jsonl"))
                        .out())
                .contains(": intact, 6 entries")
                .doesNotContain("--with");
        assertThat(desk.run("audit", "export", "--out", file(desk, "rest.jsonl"))
                        .exitCode())
                .isZero();
        String port = desk.variables().put("PGPORT", "1");
        assertThat(desk.run("audit", "verify", file(desk, "chain.jsonl")).exitCode())
                .isZero();
        assertThat(desk.run("audit", "verify", file(desk, "old.jsonl"), file(desk, "rest.jsonl"))
                        .out())
                .contains(": intact, 6 entries");
        desk.variables().put("PGPORT", String.valueOf(port));
        assertThat(desk.run("audit", "export", "--out", file(desk, "rest.jsonl"))
                        .err())
                .contains("error[file-exists]");
    }

    @Test
    void run_that_was_killed_is_told_as_open_and_ended_by_the_next_command(Desk desk) throws Exception {
        desk.project().second("select pg_sleep(600);\n");
        Process runner = ChildProcess.start(
                desk.variables(), List.of("apply", "--project", desk.folder().toString()));
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> desk.rows("select query from pg_stat_activity where state = 'active'").stream()
                        .anyMatch(query -> query.contains("pg_sleep(600)") && !query.contains("pg_stat_activity")));
        assertThat(desk.run("audit", "verify").out()).contains(": intact", "! apply of main, begun ", ", is at work");
        runner.destroyForcibly().waitFor();
        desk.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name like 'lockkeeper apply%'");
        Desk.Outcome cut = desk.run("audit", "verify");
        assertThat(cut.exitCode()).isZero();
        assertThat(cut.out()).contains(": intact, 2 entries", ", has not ended: it was cut off");
        desk.second("select 1;\n");
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.rows("select action || ' ' || coalesce(payload::json ->> 'outcome', '') || ' '"
                        + " || coalesce(left(payload::json ->> 'closed_by', 4), '') || coalesce(json_array_length(payload::json"
                        + " -> 'history'), 0) from lockkeeper.audit where seq > 1 order by seq"))
                .containsExactly("apply  0", "apply  0", "apply ended cut off run 1", "apply ended done 0");
        Desk.Outcome whole = desk.run("audit", "verify");
        assertThat(whole.exitCode()).isZero();
        assertThat(whole.out()).doesNotContain("! ");
    }

    @Test
    void what_is_asked_wrongly_is_told(Desk desk) {
        desk.project();
        assertThat(desk.run("audit", "verfy").err()).contains("did you mean verify?");
        assertThat(desk.run("audit", "export").err()).contains("--out is missing");
        assertThat(desk.run("audit", "archive", "--out", file(desk, "x")).err()).contains("--before is missing");
        assertThat(desk.run("audit", "log", "--since", "yesterday").err()).contains("not a time for --since");
        assertThat(desk.run("audit", "log", "--limit", "0").err()).contains("not a number for --limit");
        assertThat(desk.run("audit", "head", "--key", "k").exitCode()).isNotZero();
    }
}

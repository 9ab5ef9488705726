package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("GOV-06")
@ExtendWith(Desk.Extension.class)
class RetainCommandTest {
    static Desk shop(Desk desk, int rows, String strategy) {
        desk.write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\n")
                .write(
                        "migrations/V1__event.sql",
                        "create table event (id bigint primary key, at timestamptz not null);\ncreate index event_at on event (at);\n")
                .write("migrations/U1__event.sql", "drop table event;\n")
                .write(
                        "classification.yaml",
                        "version: 1\ntables:\n  public.event:\n    retention: {days: 30, from: at, strategy: "
                                + strategy + "}\n");
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.execute("insert into event select n, now() - interval '40 days' from generate_series(1, " + rows + ") n;"
                + " insert into event values (-1, now())");
        return desk;
    }

    @Test
    void dry_run_comes_first_and_execute_leaves_evidence_that_the_chain_explains(Desk desk) {
        shop(desk, 25, "delete");
        Desk.Outcome dry = desk.run("retain");
        assertThat(dry.exitCode()).isZero();
        assertThat(dry.out())
                .contains("public.event: 25 rows would be deleted", "Nothing was changed. Add --execute to do it.");
        assertThat(desk.rows("select count(*) from event")).containsExactly("26");
        assertThat(desk.rows("select to_regclass('lockkeeper.retention')")).containsExactly("null");
        Desk.Outcome done = desk.run("retain", "--execute", "--batch", "10", "--pause", "0ms", "--output", "json");
        assertThat(done.exitCode()).isZero();
        assertThat(done.out()).contains("\"executed\":true", "\"rows\":25,\"left\":0,\"batches\":3");
        assertThat(desk.rows("select id from event")).containsExactly("-1");
        assertThat(desk.run("audit", "verify").out()).contains(": intact, 6 entries, 4 rows that they explain");
        assertThat(desk.run("audit", "log", "--action", "retain").out()).contains("retain  main");
        desk.execute(
                "alter table lockkeeper.retention disable trigger all; update lockkeeper.retention set affected = 1 where id = 1;"
                        + " alter table lockkeeper.retention enable always trigger retention_append_only");
        assertThat(desk.run("audit", "verify").out()).contains("retention row 1 (of public.event)");
    }

    @Test
    void run_that_is_killed_at_any_instant_goes_on_and_no_row_is_lost_or_kept_twice(Desk desk) throws Exception {
        int rows = 400;
        shop(desk, rows, "archive");
        Path vault = desk.folder().resolve("vault");
        List<String> arguments = List.of(
                "retain",
                "--execute",
                "--batch",
                "7",
                "--pause",
                "5ms",
                "--archive",
                vault.toString(),
                "--project",
                desk.folder().toString());
        int kills = 0;
        for (int left : List.of(380, 300, 200, 100)) {
            Process process = ChildProcess.start(desk.variables(), arguments);
            desk.await(process, "select count(*) <= " + left + " from event where id > 0");
            process.destroyForcibly().waitFor();
            kills += process.exitValue() == 137 ? 1 : 0;
        }
        assertThat(kills).isGreaterThan(2);
        assertThat(desk.run("retain", "--execute", "--archive", vault.toString())
                        .exitCode())
                .isZero();
        assertThat(desk.rows("select id from event")).containsExactly("-1");
        Set<String> archived = new HashSet<>();
        int lines = 0;
        try (Stream<Path> files = Files.list(vault)) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).endsWith(".jsonl");
                assertThat(desk.rows(
                                "select count(*) from lockkeeper.retention where file = '" + file.getFileName() + "'"))
                        .containsExactly("1");
                for (String line : Files.readAllLines(file)) {
                    archived.add(line);
                    lines++;
                }
            }
        }
        assertThat(archived).hasSize(rows);
        assertThat(lines).isEqualTo(rows);
        assertThat(desk.rows("select sum(affected) from lockkeeper.retention")).containsExactly(Integer.toString(rows));
        assertThat(desk.run("audit", "verify").exitCode()).isZero();
    }

    @Test
    void writers_go_on_while_rows_go_and_none_of_theirs_is_lost(Desk desk) throws Exception {
        shop(desk, 300, "delete");
        Thread writer = new Thread(() -> {
            for (int i = 1; i <= 60; i++) {
                desk.execute("update event set at = now() where id = " + i * 5 + "; insert into event values ("
                        + (1000 + i) + ", now())");
            }
        });
        writer.start();
        Desk.Outcome done = desk.run("retain", "--execute", "--batch", "5", "--pause", "1ms");
        writer.join();
        assertThat(done.err()).isEmpty();
        assertThat(done.exitCode()).isZero();
        assertThat(desk.rows("select count(*) from event where id > 1000")).containsExactly("60");
        desk.run("retain", "--execute");
        assertThat(desk.rows("select count(*) from event where at < now() - interval '30 days'"))
                .containsExactly("0");
    }

    @Test
    void operators_of_the_environment_alone_may_and_what_is_missing_is_told(Desk desk) throws IOException {
        shop(desk, 5, "archive");
        Desk.Outcome nowhere = desk.run("retain", "--execute");
        assertThat(nowhere.exitCode()).isEqualTo(4);
        assertThat(nowhere.err())
                .contains("rows of public.event are to be archived, and no folder is named", "add --archive DIR");
        assertThat(desk.run("retain", "--table", "public.evnt").err()).contains("did you mean public.event?");
        assertThat(desk.run("retain", "--table", "public.\"event\"").out()).contains("public.event:");
        desk.write(
                "classification.yaml",
                "version: 1\ntables:\n  '\"a.b\".c': {retention: {keep: for ever}}\n  'a.\"b.c\"': {retention: {keep: for ever}}\n");
        assertThat(desk.run("retain", "--table", "a.b.c").err())
                .contains("several tables a.b.c", "name one: \"a\".\"b.c\", \"a.b\".\"c\"");
        desk.write("classification.yaml", "version: 1\ntables:\n  public.event: {retention: {keep: for ever}}\n");
        assertThat(desk.run("retain").out())
                .contains("The file has no table here whose rows have days after which they go.")
                .doesNotContain("--execute");
        desk.write(
                "lockkeeper.yaml",
                "project: shop\nmigrations: migrations\nconvention: flyway\nenvironments:\n  staging:\n    kind: staging\n    roles:\n      operator:"
                        + " somebody\n    url: postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:"
                        + desk.port() + "/" + desk.database()
                        + "\n");
        Desk.Outcome refused = desk.run(
                "retain",
                "--execute",
                "--environment",
                "staging",
                "--archive",
                desk.folder().resolve("v").toString());
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.err()).contains("error[role-refused]");
        assertThat(desk.run("retain", "--environment", "staging").exitCode()).isZero();
        assertThat(desk.rows("select count(*) from event")).containsExactly("6");
    }

    @Test
    void column_that_is_gone_is_told_with_its_place(Desk desk) {
        shop(desk, 5, "delete");
        desk.execute("alter table event rename at to seen_at");
        Desk.Outcome refused = desk.run("retain");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.err())
                .contains("error[retention-stopped]: public.event has no column at", "classification.yaml:4:16");
    }
}

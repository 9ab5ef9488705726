package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
@Tag("RUN-07")
class DryRunCommandTest {
    private static Desk shop(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\n")
                .write("migrations/V1__orders.sql", "create schema shop;\ncreate table shop.orders (id int);\n")
                .write("migrations/U1__orders.sql", "drop schema shop cascade;\n");
        assertThat(desk.run("apply").exitCode()).isZero();
        return desk;
    }

    private static String url(Desk desk) {
        return "postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/" + desk.database();
    }

    @Test
    void plan_is_tried_and_nothing_of_it_is_kept(Desk desk) {
        shop(desk)
                .write("migrations/V2__total.sql", "alter table shop.orders add total int;\n")
                .write("migrations/U2__total.sql", "alter table shop.orders drop total;\n");
        Desk.Outcome outcome = desk.run("apply", "--dry-run");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out()).contains("1 migration tried, and nothing of it kept.");
        assertThat(outcome.err()).contains("tried 2 in");
        assertThat(desk.rows("select count(*) from lockkeeper.history")).containsExactly("1");
        assertThat(desk.run("status").out()).contains("pending");
        desk.execute("insert into shop.orders values (1), (2)");
        Desk.Outcome back = desk.run("rollback", "--dry-run", "--output", "json");
        assertThat(back.exitCode()).as(back.out() + back.err()).isZero();
        assertThat(back.out()).contains("\"dryRun\":true", "\"losses\":[{", "\"untried\":[]");
        assertThat(desk.rows("select to_regclass('shop.orders')")).containsExactly("shop.orders");
    }

    @Test
    void failure_exits_as_that_of_a_real_run_and_says_that_nothing_was_kept(Desk desk) {
        shop(desk)
                .write("migrations/V2__a.sql", "create table shop.a (id int);\n")
                .write("migrations/U2__a.sql", "drop table shop.a;\n")
                .write("migrations/V3__b.sql", "select 1 / 0;\n")
                .write("migrations/U3__b.sql", "select 1;\n");
        Desk.Outcome outcome = desk.run("apply", "--dry-run");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("error[statement-failed]: division by zero", "V3__b.sql:1:1")
                .contains("kept: nothing, for this was a dry run; a real run would have kept 2");
        assertThat(desk.rows("select to_regclass('shop.a') is null")).containsExactly("t");
    }

    @Test
    void what_cannot_be_tried_is_named_and_rehearsed_on_a_throw_away_server(Desk desk) {
        shop(desk)
                .write("migrations/V2__a.sql", "create table shop.a (id int);\n")
                .write("migrations/U2__a.sql", "drop table shop.a;\n")
                .write("migrations/V3__b.sql", "create index concurrently a_id on shop.a (id);\n")
                .write("migrations/U3__b.sql", "drop index concurrently shop.a_id;\n");
        Desk.Outcome outcome = desk.run("apply", "--dry-run");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.err())
                .contains("not tried: 3, ", "V3__b.sql:1:1: CREATE INDEX CONCURRENTLY runs outside of a transaction");
        assertThat(outcome.out())
                .contains("1 migration tried, and nothing of it kept.")
                .contains("created  index shop.a_id")
                .contains("Rehearsed on PostgreSQL 18.");
        desk.write("migrations/V3__b.sql", "create index concurrently a_id on shop.a (no);\n");
        Desk.Outcome failed = desk.run("apply", "--dry-run");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.err()).contains("column \"no\" does not exist");
    }

    @Test
    void process_that_is_killed_in_the_middle_leaves_nothing(Desk desk) throws Exception {
        shop(desk)
                .write("migrations/V2__a.sql", "create table shop.a (id int);\n")
                .write("migrations/U2__a.sql", "drop table shop.a;\n")
                .write("migrations/V3__b.sql", "alter table shop.orders add n int;\nselect pg_sleep(600);\n")
                .write("migrations/U3__b.sql", "select 1;\n");
        Process run = ChildProcess.start(
                desk.variables(),
                List.of("apply", "--dry-run", "--project", desk.folder().toString()));
        String asleep =
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event ="
                        + " 'PgSleep')";
        desk.await(run, asleep);
        assertThat(desk.rows(asleep)).containsExactly("t");
        run.destroyForcibly().waitFor();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> desk.rows("select count(*) from pg_stat_activity"
                                + " where datname = current_database() and pid <> pg_backend_pid()")
                        .equals(List.of("0")));
        assertThat(desk.rows("select to_regclass('shop.a') is null")).containsExactly("t");
        assertThat(desk.rows("select count(*) from lockkeeper.history")).containsExactly("1");
        assertThat(desk.rows("select count(*) from lockkeeper.journal")).containsExactly("0");
        assertThat(desk.rows("select count(*) from pg_locks where locktype = 'advisory'"))
                .containsExactly("0");
    }

    @Test
    void windows_of_an_environment_hold_and_approvals_are_not_asked_for(Desk desk) {
        shop(desk)
                .write("lockkeeper.yaml", """
                        project: shop
                        convention: flyway
                        environments:
                          held:
                            url: URL
                            approvals: 1
                          shut:
                            url: URL
                            windows:
                              - {days: [mon], from: "00:00", to: "00:01", zone: Pacific/Kiritimati}
                        """.replace("URL", url(desk)))
                .write("migrations/V2__a.sql", "create table shop.a (id int);\n")
                .write("migrations/U2__a.sql", "drop table shop.a;\n");
        Desk.Outcome held = desk.run("apply", "--environment", "held");
        assertThat(held.exitCode()).isEqualTo(4);
        Desk.Outcome tried = desk.run("apply", "--environment", "held", "--dry-run");
        assertThat(tried.out() + tried.err()).contains("tried, and nothing of it kept");
        Desk.Outcome shut = desk.run("apply", "--environment", "shut", "--dry-run");
        // on one minute of a week this window is open
        if (shut.exitCode() != 0) {
            assertThat(shut.err()).contains("error[window-closed]");
        }
        Desk.Outcome plan = desk.run("apply", "--dry-run", "--plan", "p.json");
        assertThat(plan.exitCode()).isEqualTo(2);
        assertThat(plan.err()).contains("--dry-run and --plan exclude each other");
    }
}

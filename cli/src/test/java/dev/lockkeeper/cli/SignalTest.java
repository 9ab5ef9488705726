package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A signal ends what a command has the server do, while somebody else still holds the lock that it waits for. */
@ExtendWith(Desk.Extension.class)
class SignalTest {
    private static void endsBySignal(Desk desk, String lock, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--project", desk.folder().toString()));
        String ours =
                "from pg_stat_activity where application_name like 'lockkeeper%' and datname = current_database()";
        try (Connection holder = desk.session("begin; " + lock)) {
            Process process = ChildProcess.start(desk.variables(), all);
            desk.await(process, "select exists (select " + ours + " and wait_event_type = 'Lock')");
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            desk.await(Thread.currentThread(), "select not exists (select " + ours + ")");
            assertThat(holder.isValid(5)).as("the lock is still held").isTrue();
        }
    }

    @Test
    @Tag("ANA-04")
    void comparison_of_a_rollup_is_canceled(Desk desk) throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        assertThat(desk.run("analytics", "run").exitCode()).isZero();
        endsBySignal(
                desk,
                "lock table app.usage in access exclusive mode",
                "analytics",
                "reconcile",
                "--from",
                "2026-01-10");
        assertThat(desk.run("analytics", "reconcile").exitCode()).isZero();
    }

    @Test
    void seed_is_canceled_and_the_next_one_brings_all(Desk desk) throws Exception {
        SeedCommandTest.shop(desk, "");
        endsBySignal(desk, "lock table app.calls in exclusive mode", "seed", "local-dev");
        assertThat(desk.rows("select count(*) from app.tenants")).containsExactly("0");
        assertThat(desk.run("seed", "local-dev").exitCode()).isZero();
    }

    @Test
    void retention_is_canceled_and_the_next_run_goes_on(Desk desk) throws Exception {
        RetainCommandTest.shop(desk, 25, "delete");
        endsBySignal(desk, "lock table event in exclusive mode", "retain", "--execute", "--pause", "0ms");
        assertThat(desk.rows("select count(*) from event")).containsExactly("26");
        assertThat(desk.run("retain", "--execute").exitCode()).isZero();
        assertThat(desk.rows("select count(*) from event")).containsExactly("1");
    }

    @Test
    void erasure_is_canceled_and_the_next_run_forgets_the_person(Desk desk) throws Exception {
        EraseCommandTest.shop(desk);
        EraseCommandTest.planned(desk, EraseCommandTest.requested(desk, "42"), "42", "erase.json");
        String file = EraseCommandTest.path(desk, "erase.json");
        desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"));
        endsBySignal(desk, "lock table visit in exclusive mode", "erase", "run", file, "--key", "42");
        assertThat(desk.rows("select count(*) from visit")).containsExactly("3");
        Desk.Outcome done = desk.run("erase", "run", file, "--key", "42");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(desk.rows("select count(*) from visit")).containsExactly("1");
    }
}

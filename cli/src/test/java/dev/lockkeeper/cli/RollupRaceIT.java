package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No event is lost or counted twice, whoever dies; that ways which lose some are known to be told is in {@code RaceTest}. */
@ExtendWith(Desk.Extension.class)
class RollupRaceIT {
    private static final long EVENTS = Long.getLong("lockkeeper.race.events", 1_000_000);
    private static final String WRONG = """
            select count(*) from (
                select date_trunc(g, at, 'UTC') as b, g, organization, model, count(*) as n, sum(tokens) as t,
                    count(*) filter (where status = 'error') as e
                from app.event cross join (values ('hour'), ('day')) v (g) group by 1, 2, 3, 4
            ) r full join (select *, true as held from app.usage) u
                on u.grain = r.g and u.bucket = r.b and u.organization = r.organization and coalesce(u.model, 0) = coalesce(r.model, 0)
            where (u.requests, u.tokens, u.errors) is distinct from (r.n, r.t, r.e) or u.held is null or r.n is null""";

    @Test
    @Tag("ANA-02")
    void million_events_are_counted_once_while_writers_and_rollers_are_killed(Desk desk) throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        desk.execute(
                "create table app.event_0111 partition of app.event for values from ('2026-01-11 00:00+00') to ('2026-01-12 00:00+00');"
                        + " create index on app.event (at)");
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            long own = seed;
            writers.add(CompletableFuture.runAsync(() -> write(desk, own, over)));
        }
        int killed = 0;
        Process writer = EventWriter.start(desk.variables(), 100);
        Process first = roller(desk);
        Process second = roller(desk);
        try {
            while (count(desk) < EVENTS || killed < 6) {
                Process victim = killed % 3 == 0 ? writer : killed % 3 == 1 ? first : second;
                // so that those who came for the last victims have begun
                String sign = killed % 3 == 0
                        ? "select count(*) > " + (count(desk) + 20_000) + " from app.event"
                        : "select sum(marks_consumed) > "
                                + desk.rows("select coalesce(sum(marks_consumed), 0) from rollup_state.rollup_run")
                                        .get(0)
                                + " from rollup_state.rollup_run";
                desk.await(victim, sign);
                victim.destroyForcibly().waitFor();
                assertThat(victim.exitValue())
                        .as("killed, and not ended by itself")
                        .isEqualTo(137);
                if (killed % 3 == 0) {
                    writer = EventWriter.start(desk.variables(), 101 + killed);
                } else if (killed % 3 == 1) {
                    first = roller(desk);
                } else {
                    second = roller(desk);
                }
                killed++;
            }
        } finally {
            over.set(true);
            for (Process process : List.of(writer, first, second)) {
                process.destroyForcibly().waitFor();
            }
        }
        writers.forEach(CompletableFuture::join);
        Desk.Outcome last = desk.run("analytics", "run", "--share", "100");
        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(desk.rows("select count(*) from rollup_state.rollup_dirty")).containsExactly("0");
        assertThat(desk.rows("select count(*) > 3 from rollup_state.rollup_run where marks_consumed > 0"))
                .as("rollers were at work, and not the last one alone")
                .containsExactly("t");
        assertThat(desk.rows(WRONG)).containsExactly("0");
        assertThat(
                        desk.rows(
                                "select (select sum(requests) from app.usage where grain = 'day') - (select count(*) from app.event)"))
                .containsExactly("0");
        assertThat(desk.run("analytics", "reconcile", "--from", "2026-01-10", "--until", "2026-01-13")
                        .exitCode())
                .isZero();
    }

    private static void write(Desk desk, long seed, AtomicBoolean over) {
        try (Connection connection = EventWriter.connect(desk.variables())) {
            new EventWriter(connection, seed).write(() -> !over.get());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Process roller(Desk desk) throws Exception {
        return ChildProcess.start(
                desk.variables(),
                List.of(
                        "analytics",
                        "run",
                        "--every",
                        "50ms",
                        "--share",
                        "100",
                        "--batch",
                        "3",
                        "--project",
                        desk.folder().toString()));
    }

    private static long count(Desk desk) {
        return Long.parseLong(desk.rows("select count(*) from app.event").get(0));
    }

    @Test
    void run_that_goes_on_for_ever_ends_with_a_signal_when_its_transaction_is_done(Desk desk) throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        Process run = roller(desk);
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        desk.await(run, "select exists (select from app.usage where grain = 'day')");
        run.destroy();
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isEqualTo(143);
        assertThat(desk.rows("select state from rollup_state.rollup_run")).containsOnly("done");
        await().untilAsserted(() -> assertThat(desk.rows(
                        "select count(*) from pg_stat_activity where application_name like 'lockkeeper analytics%' and datname ="
                                + " current_database()"))
                .containsExactly("0"));
    }

    @Test
    void run_that_a_signal_ends_in_a_statement_without_end_leaves_none_behind_in_the_server(Desk desk)
            throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        try (Connection connection = EventWriter.connect(desk.variables());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table app.usage in exclusive mode");
            Process run = ChildProcess.start(
                    desk.variables(),
                    List.of("analytics", "run", "--project", desk.folder().toString()));
            desk.await(
                    run, "select exists (select from pg_locks where not granted and relation = 'app.usage'::regclass)");
            run.destroy();
            assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(run.exitValue()).isEqualTo(143);
            // the lock is still held, so that nobody has gone on but for being canceled
            await().untilAsserted(() -> assertThat(desk.rows(
                            "select count(*) from pg_stat_activity where application_name like 'lockkeeper analytics%' and datname ="
                                    + " current_database()"))
                    .containsExactly("0"));
        }
        assertThat(desk.run("analytics", "run").exitCode()).isZero();
        assertThat(desk.rows("select sum(requests) from app.usage where grain = 'hour'"))
                .containsExactly("1");
    }
}

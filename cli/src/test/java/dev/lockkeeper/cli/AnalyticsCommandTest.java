package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
class AnalyticsCommandTest {
    private static final String USAGE = """
            version: 1
            rollups:
              usage:
                source: app.event
                time: at
                grains: [hour, day]
                dimensions: [organization, model]
                partition-by: organization
                measures:
                  requests: count
                  tokens: {sum: tokens}
                  errors: {count-if: {column: status, is: error}}
                target: app.usage
                columns: {grain: grain, bucket: bucket}
                checks:
                  errors: {ratio: [errors, requests], fail: "> 0.5", blocking: true}
                tests:
                  counts:
                    given:
                      - {at: 2026-01-01T00:10:00Z, organization: 1, tokens: 3}
                    expect:
                      - {bucket: 2026-01-01T00:00:00Z, requests: 1, tokens: 3}
            """;

    /** A project whose first migration makes tables, and whose second is what the script prints. */
    static Desk project(Desk desk, String settings) {
        desk.write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\nanalytics: " + settings + "\n")
                .write("analytics/usage.yaml", USAGE)
                .write("migrations/V1__tables.sql", """
                        create schema app;
                        create table app.event (
                            at timestamptz not null, organization int not null, model int, status text, tokens bigint
                        ) partition by range (at);
                        create table app.event_0110 partition of app.event
                            for values from ('2026-01-10 00:00+00') to ('2026-01-11 00:00+00');
                        create table app.usage (
                            grain text not null, bucket timestamptz not null, organization int not null, model int,
                            requests bigint not null, tokens bigint not null, errors bigint not null,
                            unique nulls not distinct (grain, bucket, organization, model)
                        );
                        """)
                .write("migrations/U1__tables.sql", "drop schema app cascade;\n");
        Desk.Outcome up = desk.run("analytics", "script");
        Desk.Outcome down = desk.run("analytics", "script", "--down");
        assertThat(up.exitCode()).as(up.err()).isZero();
        desk.write("migrations/V2__rollups.sql", up.out()).write("migrations/U2__rollups.sql", down.out());
        Desk.Outcome applied = desk.run("apply");
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        return desk;
    }

    @Test
    void whole_life_of_a_rollup_is_told_as_text_and_as_json(Desk desk) {
        project(desk, "analytics");
        assertThat(desk.run("analytics", "check").out()).isEqualTo("1 rollup fits the database, 1 test passed\n");
        desk.execute(
                "insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5), ('2026-01-10 08:31+00', 1, 2, 'ok', 6)");
        assertThat(desk.run("analytics", "status").out())
                .contains("usage: 1 bucket waits, the first for", "nothing was computed yet");
        Desk.Outcome late = desk.run("analytics", "status", "--max-lag", "0ms", "--output", "json");
        assertThat(late.exitCode()).isEqualTo(3);
        assertThat(late.out()).contains("\"code\":\"analytics-lag\"", "\"pendingBuckets\":1");
        Desk.Outcome run = desk.run("analytics", "run", "--output", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("\"rollup\":\"usage\",\"run\":1,\"state\":\"done\",\"buckets\":2", "\"rowsInserted\":4");
        assertThat(desk.run("analytics", "run").out()).contains("usage: nothing has changed");
        assertThat(desk.rows("select requests || ' ' || tokens from app.usage where grain = 'day' order by model"))
                .containsExactly("1 6", "1 5");
        assertThat(
                        desk.rows(
                                "select state || ' ' || adapter || ' ' || (budget_ms = 300000) || ' ' || marks_consumed from rollup_state.rollup_run"))
                .containsExactly("done postgres true 2");
        desk.execute("update app.usage set tokens = 0 where grain = 'day'");
        List<String> january = List.of("--from", "2026-01-01", "--until", "2026-02-01");
        Desk.Outcome drift = reconcile(desk, january);
        assertThat(drift.exitCode()).isEqualTo(3);
        assertThat(drift.out()).contains("drift   day of 2026-01-10T00:00:00Z, 2 groups: tokens +11");
        assertThat(drift.err())
                .contains(
                        "error[analytics-drift]: 1 bucket of rollup usage is not what the events say",
                        "mark it: lockkeeper analytics reconcile usage --from 2026-01-01 --until 2026-02-01 --repair");
        assertThat(desk.run("analytics", "reconcile").out())
                .contains("0 buckets compared, there are none in this time");
        assertThat(reconcile(desk, january, "--repair", "--output", "json").out())
                .contains("\"class\":\"drift\"", "\"marked\":1");
        desk.run("analytics", "run");
        assertThat(reconcile(desk, january).out()).contains("2 buckets compared, all are what the events say");
        assertThat(desk.run("analytics", "backfill", "--output", "json").out()).contains("\"marked\":1,\"sealed\":0");
        assertThat(desk.run("analytics", "run").out()).contains("1 bucket, 1 mark, 2 rows read, 0 inserted, 0 updated");
        assertThat(desk.run("analytics", "status").out())
                .contains("nothing waits; newest bucket 2026-01-10T08:00:00Z", "last run 3: done");
    }

    @Test
    @Tag("ANA-06")
    void run_over_its_budget_is_told_and_status_ends_with_3_where_that_is_asked_for(Desk desk) {
        project(desk, "analytics");
        desk.write("analytics/usage.yaml", USAGE.replace("    columns:", "    budget: 1ms\n    columns:"));
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        Desk.Outcome run = desk.run("analytics", "run");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("more than its budget of 1 ms");
        assertThat(desk.run("analytics", "status").exitCode()).isZero();
        Desk.Outcome slow = desk.run("analytics", "status", "--within-budget", "--output", "json");
        assertThat(slow.exitCode()).isEqualTo(3);
        assertThat(slow.out())
                .contains(
                        "\"code\":\"analytics-budget\"",
                        "\"overBudget\":1",
                        "{\"name\":\"lockkeeper.analytics.run.budget\",\"unit\":\"ms\",\"value\":1}");
        assertThat(desk.run("analytics", "status").out()).contains("1 of the last 100 over budget; at work for ");
    }

    @Test
    @Tag("ANA-02")
    void late_event_of_a_sealed_bucket_is_told_with_its_sums_and_a_backfill_opens_the_bucket(Desk desk) {
        project(desk, "analytics");
        desk.write("analytics/usage.yaml", USAGE.replace("    columns:", "    seal-after: 35d\n    columns:"));
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        desk.run("analytics", "run");
        desk.execute("insert into app.event values ('2026-01-10 08:31+00', 1, null, 'ok', 7)");
        assertThat(desk.run("analytics", "run").out()).contains("1 mark of sealed buckets recorded: see status");
        assertThat(desk.run("analytics", "status").out())
                .contains(
                        "late    hour of 2026-01-10T08:00:00Z, 1 mark: sealed with 1, now 2 requests +1 tokens +7; to open it:"
                                + " lockkeeper analytics backfill --reopen");
        assertThat(desk.run("analytics", "status", "--output", "json").out())
                .contains("\"late\":[{\"grain\":\"hour\",\"bucket\":\"2026-01-10T08:00:00Z\"", "\"sealedEvents\":1");
        assertThat(desk.run("analytics", "backfill", "--reopen").exitCode()).isEqualTo(2);
        desk.run("analytics", "backfill", "--reopen", "--from", "2026-01-10", "--until", "2026-01-11");
        desk.run("analytics", "run");
        assertThat(desk.run("analytics", "status").out()).doesNotContain("late ", "sealed buckets");
        assertThat(desk.rows("select grain || ' ' || tokens from app.usage order by 1"))
                .containsExactly("day 12", "hour 12");
    }

    private static Desk.Outcome reconcile(Desk desk, List<String> window, String... more) {
        List<String> words = new ArrayList<>(List.of("analytics", "reconcile"));
        words.addAll(window);
        words.addAll(List.of(more));
        return desk.run(words.toArray(String[]::new));
    }

    @Test
    @Tag("ANA-03")
    void bucket_that_a_check_keeps_back_is_told_with_the_place_of_the_check(Desk desk) {
        project(desk, "analytics");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'error', 5)");
        Desk.Outcome run = desk.run("analytics", "run");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains(
                        "error[analytics-check]: the hour of 2026-01-10T08:00:00Z of rollup usage is not published",
                        "usage.yaml:16:7",
                        "check errors (ratio) of the hour of 2026-01-10T08:00:00Z: fail, 1, fails when > 0.5",
                        "kept: what it held before, and its marks");
        assertThat(desk.run("analytics", "status").out()).contains("1 failing check");
    }

    @Test
    void what_the_script_brings_is_without_a_finding_and_is_taken_back_without_a_trace(Desk desk) {
        project(desk, "analytics");
        Desk.Outcome smoke = desk.run("smoke", "--project", desk.folder().toString());
        assertThat(smoke.exitCode()).as(smoke.out() + smoke.err()).isZero();
        Desk.Outcome lint = desk.run("lint");
        assertThat(lint.out()).doesNotContain("V2__rollups.sql:");
    }

    @Test
    void definition_that_does_not_fit_the_database_is_told_before_anything_is_done(Desk desk) {
        project(desk, "analytics");
        desk.write("analytics/usage.yaml", USAGE.replace("status, is", "statu, is"));
        for (String action : List.of("run", "status", "reconcile", "backfill", "check")) {
            Desk.Outcome refused = desk.run("analytics", action);
            assertThat(refused.exitCode()).as(action).isEqualTo(4);
            assertThat(refused.err())
                    .contains("error[analytics-unfit]: app.event has no column statu", "did you mean status?");
        }
    }

    @Test
    void operators_of_the_environment_alone_compute_and_a_role_that_is_named_does_it(Desk desk) {
        desk.role("roller");
        project(desk, "{folder: analytics, schema: \"odd \\\"schema\\\"\", role: roller}");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        Desk.Outcome missing = desk.run("analytics", "run");
        assertThat(missing.exitCode()).as(missing.err()).isEqualTo(4);
        assertThat(missing.err()).contains("grant what is missing to roller");
        desk.execute("grant usage on schema app to roller; grant select on app.event to roller;"
                + " grant select, insert, update, delete on app.usage to roller");
        Desk.Outcome run = desk.run("analytics", "run");
        assertThat(run.exitCode()).as(run.err()).isZero();
        desk.write(
                "lockkeeper.yaml",
                "project: shop\nmigrations: migrations\nconvention: flyway\nanalytics: {folder: analytics, schema: \"odd \\\"schema\\\"\"}\n"
                        + "environments:\n  staging:\n    kind: staging\n    roles:\n      operator: somebody\n    url: postgresql://"
                        + desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/" + desk.database() + "\n");
        assertThat(desk.run("analytics", "run", "--environment", "staging").err())
                .contains("error[role-refused]");
        assertThat(desk.run("analytics", "status", "--environment", "staging").exitCode())
                .isZero();
        assertThat(desk.run("analytics", "backfill").exitCode())
                .as("the rules of the database hold")
                .isEqualTo(4);
    }

    @Test
    @Tag("USE-01")
    void rollup_of_the_page_is_true(Desk desk) {
        project(desk, "analytics");
        desk.execute("""
                create schema metering;
                create table metering.events (event_id uuid, occurred_at timestamptz not null, organization_id uuid not null,
                    model_id uuid, status text, prompt_tokens bigint, completion_tokens bigint, cost numeric(18, 9));
                create table metering.usage (granularity text not null, bucket_start timestamptz not null,
                    organization_id uuid not null, model_id uuid, request_count bigint not null, token_count bigint not null,
                    error_count bigint not null, cost numeric(14, 4) not null, changed_at timestamptz not null,
                    unique nulls not distinct (granularity, bucket_start, organization_id, model_id))""");
        Document.Block page = Document.named("docs/analytics.md").blocks().stream()
                .filter(block -> block.language().equals("yaml"))
                .findFirst()
                .orElseThrow();
        desk.write("analytics/usage.yaml", String.join("\n", page.lines()) + "\n");
        // the name is that of the rollup before: its functions make room
        desk.execute("select rollup_state.unwatch('mark_usage'); drop function rollup_state.mark_usage();"
                + " drop function rollup_state.mark_all_usage");
        desk.execute(desk.run("analytics", "script", "usage").out());
        assertThat(desk.run("analytics", "check").out()).isEqualTo("1 rollup fits the database, 1 test passed\n");
        desk.execute("insert into metering.events (occurred_at, organization_id, prompt_tokens, cost) values (now(),"
                + " '00000000-0000-0000-0000-000000000001', 7, 0.00005)");
        assertThat(desk.run("analytics", "run").exitCode()).isZero();
        assertThat(desk.rows("select granularity || ' ' || token_count || ' ' || cost from metering.usage order by 1"))
                .containsExactly("day 7 0.0001", "hour 7 0.0001");
    }

    @Test
    @Tag("ANA-02")
    void process_with_an_older_definition_is_refused_until_it_is_said_that_it_is_the_newest(Desk desk)
            throws IOException {
        project(desk, "analytics");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        assertThat(desk.run("analytics", "run").exitCode()).isZero();
        Path file = desk.folder().resolve("analytics/usage.yaml");
        String older = Files.readString(file);
        Files.writeString(file, older.replace("is: error", "is: failed"));
        assertThat(desk.run("analytics", "run").exitCode()).isZero();
        Files.writeString(file, older);
        for (String action : List.of("run", "check", "reconcile", "status", "backfill")) {
            Desk.Outcome refused = desk.run("analytics", action);
            assertThat(refused.err())
                    .contains(
                            "error[analytics-unfit]: the definition of rollup usage is older than the one that its sums are made by",
                            "lockkeeper analytics run usage --accept-definition");
        }
        Desk.Outcome accepted = desk.run("analytics", "run", "usage", "--accept-definition");
        assertThat(accepted.exitCode()).as(accepted.err()).isZero();
        assertThat(desk.run("analytics", "check").exitCode()).isZero();
    }

    @Test
    @Tag("ANA-05")
    void what_an_adapter_lacks_ends_a_run_that_would_try_again_for_ever(Desk desk) {
        project(desk, "{folder: analytics, adapter: spark-iceberg, spark: {folder: nowhere, warehouse: lake}}");
        Desk.Outcome outcome = desk.run("analytics", "run", "--every", "10ms");
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.err()).contains("with the jars of Spark cannot be read");
    }
}

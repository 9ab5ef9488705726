package dev.lockkeeper.cli;

import static dev.lockkeeper.telemetry.Receiver.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.telemetry.Receiver;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@ExtendWith(Desk.Extension.class)
@Tag("OPS-01")
class TelemetryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PAGE = "docs/operate/telemetry.md";
    private static final String SECRET = "s3cr3t@example.com";

    private static Desk toward(Desk desk, Receiver receiver) {
        desk.variables().put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url());
        return desk;
    }

    private static String file(Desk desk, String name) {
        return desk.folder().resolve(name).toString();
    }

    private static List<JsonNode> lines(Desk.Outcome outcome) {
        return outcome.err().lines().map(JSON::readTree).toList();
    }

    @Test
    void an_apply_is_a_span_with_its_component_and_its_migrations_below(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver).second("insert into first select generate_series(1, 7);\n");
            Desk.Outcome outcome = desk.run("apply", "--output", "json");
            assertThat(outcome.exitCode()).isZero();
            Span root = receiver.span("lockkeeper apply");
            Span run = receiver.span("apply component");
            List<Span> steps = receiver.spans("apply migration");
            assertThat(Receiver.parent(root)).isNull();
            assertThat(Receiver.parent(run)).isEqualTo(Receiver.id(root));
            assertThat(steps).hasSize(2).allMatch(step -> Receiver.id(run).equals(Receiver.parent(step)));
            assertThat(receiver.spans()).allMatch(span -> span.getTraceId().equals(root.getTraceId()));
            assertThat(Receiver.parent(receiver.span("plan"))).isEqualTo(Receiver.id(run));
            assertThat(attributes(root)).containsEntry("process.exit.code", "0");
            JsonNode told = JSON.readTree(outcome.out());
            JsonNode component = told.path("components").get(0);
            assertThat(attributes(run))
                    .containsEntry("lockkeeper.component", "main")
                    .containsEntry("lockkeeper.direction", "apply")
                    .containsEntry(
                            "lockkeeper.plan.digest", component.path("digest").asString())
                    .containsEntry("lockkeeper.plan.steps", "2")
                    .containsEntry("lockkeeper.run.id", component.path("run").asString())
                    .containsEntry("lockkeeper.rows", "7")
                    .containsEntry("lockkeeper.outcome", "done")
                    .containsEntry("db.system.name", "postgresql")
                    .containsEntry("db.namespace", desk.database())
                    .containsEntry("server.address", "127.0.0.1")
                    .containsEntry("server.port", desk.port());
            assertThat(attributes(steps.get(1)))
                    .containsEntry("lockkeeper.version", "2")
                    .containsEntry("lockkeeper.rows", "7")
                    .containsEntry("lockkeeper.attempts", "1")
                    .containsEntry("lockkeeper.locks.waited", "0")
                    .containsEntry("lockkeeper.manner", "transaction")
                    .containsEntry("db.operation.name", "apply");
            assertThat(told.path("trace").asString()).isEqualTo(Receiver.trace(root));
            assertThat(receiver.value("lockkeeper.rows", "lockkeeper.direction", "apply"))
                    .isEqualTo(7);
            assertThat(receiver.metrics()).containsKeys("lockkeeper.run.duration", "lockkeeper.migration.duration");
        }
    }

    @Test
    void a_dry_run_is_told_as_tried_and_changes_no_figure_of_rows(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver).second("insert into first values (1);\n");
            assertThat(desk.run("apply", "--dry-run").exitCode()).isZero();
            assertThat(attributes(receiver.span("apply component"))).containsEntry("lockkeeper.outcome", "tried");
            assertThat(attributes(receiver.spans("apply migration").get(1)))
                    .containsEntry("lockkeeper.outcome", "tried")
                    .containsEntry("lockkeeper.rows", "1");
            assertThat(receiver.value("lockkeeper.rows", "lockkeeper.direction", "apply"))
                    .isZero();
        }
    }

    @Test
    void a_rollup_is_told_with_its_time_its_buckets_and_how_far_it_is_behind(Desk desk) {
        AnalyticsCommandTest.project(desk, "analytics")
                .execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        try (Receiver receiver = new Receiver()) {
            toward(desk, receiver);
            assertThat(desk.run("analytics", "status").exitCode()).isZero();
            assertThat(attributes(Objects.requireNonNull(receiver.metrics().get("lockkeeper.analytics.lag"))
                            .getGauge()
                            .getDataPoints(0)
                            .getAttributesList()))
                    .containsEntry("lockkeeper.rollup", "usage")
                    .containsEntry("lockkeeper.component", "main");
            assertThat(desk.run("analytics", "run").exitCode()).isZero();
            assertThat(receiver.value("lockkeeper.analytics.buckets", "lockkeeper.rollup", "usage"))
                    .isEqualTo(2);
            assertThat(receiver.metrics()).containsKey("lockkeeper.analytics.duration");
        }
    }

    @Test
    void spans_of_a_long_run_all_arrive_also_where_the_queue_of_the_sdk_is_short(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver)
                    .variables()
                    .putAll(Map.of("OTEL_BSP_MAX_QUEUE_SIZE", "8", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "8"));
            for (int i = 2; i <= 200; i++) {
                desk.write("migrations/V" + i + "__m.sql", "create table t" + i + " ();\n")
                        .write("migrations/U" + i + "__m.sql", "drop table t" + i + ";\n");
            }
            Desk.Outcome outcome = desk.run("apply");
            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.err()).doesNotContain("telemetry");
            assertThat(receiver.spans("apply migration")).hasSize(200);
            assertThat(receiver.span("lockkeeper apply").getName()).isNotEmpty();
            assertThat(receiver.span("apply component").getName()).isNotEmpty();
        }
    }

    @Test
    void help_is_no_command_that_anybody_follows(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            assertThat(toward(desk, receiver).run("apply", "--help").exitCode()).isZero();
            assertThat(receiver.requests()).isZero();
        }
    }

    @Test
    void a_failure_has_its_code_its_sqlstate_and_its_place_and_no_value(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver)
                    .second("create table person (mail text unique);\ninsert into person values ('" + SECRET + "');\n"
                            + "insert into person values ('" + SECRET + "');\n");
            assertThat(desk.run("apply").exitCode()).isEqualTo(7);
            Span step = receiver.spans("apply migration").get(1);
            assertThat(step.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(attributes(step))
                    .containsEntry("db.response.status_code", "23505")
                    .containsEntry("error.type", "statement-failed")
                    .containsEntry("lockkeeper.outcome", "failed")
                    .containsEntry("lockkeeper.rows", "0")
                    .containsEntry("code.line.number", "3");
            assertThat(attributes(receiver.span("apply component")))
                    .containsEntry("lockkeeper.outcome", "failed")
                    .containsEntry("error.type", "partly-applied")
                    .containsEntry("deployment.environment.name", "local");
            var log = receiver.logs().get(0);
            assertThat(log.getSeverityText()).isEqualTo("error");
            assertThat(attributes(log.getAttributesList())).containsEntry("db.response.status_code", "23505");
            assertThat(receiver.value("lockkeeper.failures", "lockkeeper.code", "partly-applied"))
                    .isEqualTo(1);
            assertThat(receiver.spans().toString() + receiver.logs() + receiver.metrics())
                    .doesNotContain(SECRET)
                    .doesNotContain(desk.variables().get("PGPASSWORD"));
        }
    }

    @Test
    void a_signal_while_only_telemetry_is_waited_for_changes_neither_result_nor_exit_code(Desk desk) throws Exception {
        try (Receiver receiver = new Receiver().answering(Receiver.Answer.SLOW)) {
            toward(desk.project(), receiver).variables().put("OTEL_EXPORTER_OTLP_TIMEOUT", "120000");
            Path out = desk.folder().resolve("out");
            Process process = ChildProcess.builder(
                            desk.variables(),
                            List.of("apply", "--project", desk.folder().toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            // the metrics are sent last, and only when the command is over
            while (receiver.requests() < 2 && process.isAlive()) {
                process.waitFor(10, TimeUnit.MILLISECONDS);
            }
            process.destroy();
            assertThat(process.waitFor()).isZero();
            assertThat(Files.readString(out)).contains("1 migration applied").doesNotContain("error");
            assertThat(desk.applied()).isEqualTo(1);
        }
    }

    @Test
    void locks_that_a_migration_waited_for_are_told(Desk desk) throws Exception {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver);
            desk.write(
                    "lockkeeper.yaml",
                    "project: shop\nmigrations: migrations\nconvention: flyway\nlock-timeout: 300ms\nlock-attempts: 2\n");
            assertThat(desk.run("apply").exitCode()).isZero();
            desk.second("alter table first add column more int;\n");
            try (Connection other = desk.session("begin; lock table first")) {
                assertThat(desk.run("apply").exitCode()).isEqualTo(6);
                assertThat(other.isClosed()).isFalse();
            }
            Span step = receiver.spans("apply migration").get(1);
            assertThat(attributes(step)).containsEntry("lockkeeper.attempts", "2");
            assertThat(step.getEventsList()).anyMatch(event -> event.getName().equals("retry"));
            assertThat(receiver.value("lockkeeper.retries", "lockkeeper.component", "main"))
                    .isEqualTo(1);
        }
    }

    @Test
    void statements_beyond_the_threshold_are_spans_that_show_neither_text_nor_names(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver)
                    .second("create table \"" + SECRET + "\" (id int);\nselect pg_sleep(0.2), '" + SECRET + "';\n"
                            + "create unique index concurrently on first (id);\n");
            desk.variables().put("LOCKKEEPER_TRACE_STATEMENTS", "0ms");
            assertThat(desk.run("apply").exitCode()).isZero();
            Span step = receiver.spans("apply migration").get(1);
            Span slept = receiver.span("SELECT");
            assertThat(Receiver.parent(slept)).isEqualTo(Receiver.id(step));
            assertThat(attributes(slept))
                    .containsEntry("db.operation.name", "SELECT")
                    .containsEntry("db.query.summary", "SELECT")
                    .containsEntry("code.line.number", "2")
                    .containsEntry("lockkeeper.statement", "2");
            assertThat(slept.getEndTimeUnixNano() - slept.getStartTimeUnixNano())
                    .isGreaterThan(199_000_000);
            assertThat(attributes(receiver.span("CREATE INDEX"))).containsEntry("db.operation.name", "CREATE");
            assertThat(receiver.spans().toString()).doesNotContain(SECRET);
        }
    }

    @Test
    void a_script_of_many_statements_is_sent_one_by_one_in_its_transaction_where_each_is_to_be_told(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver)
                    .second("create table more (id int);\ninsert into more values (1), (2);\nselect 1 / 0;\n");
            desk.variables().put("LOCKKEEPER_TRACE_STATEMENTS", "0ms");
            Desk.Outcome failed = desk.run("apply");
            assertThat(failed.exitCode()).isEqualTo(7);
            assertThat(failed.err()).contains("V2__second.sql:3:");
            assertThat(desk.rows("select to_regclass('more') is null")).containsExactly("t");
            assertThat(attributes(receiver.span("INSERT"))).containsEntry("lockkeeper.rows", "2");
            desk.write("migrations/V2__second.sql", "create table more (id int);\ninsert into more values (1), (2);\n");
            assertThat(desk.run("apply").exitCode()).isZero();
            assertThat(desk.rows("select count(*) from more")).containsExactly("2");
        }
    }

    @Test
    void names_of_any_kind_arrive_as_they_are(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            desk.write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\n")
                    .write(
                            "migrations/V1__it's_\uD83D\uDEA2_\"new\"\nline.sql",
                            "create table \"q\"\"\uD83D\uDEA2\" ();\n")
                    .write("migrations/U1__it's_\uD83D\uDEA2_\"new\"\nline.sql", "drop table \"q\"\"\uD83D\uDEA2\";\n");
            toward(desk, receiver);
            String database = ("d'\"\uD83D\uDEA2" + "x".repeat(63)).substring(0, 58);
            desk.execute("create database \"" + database.replace("\"", "\"\"") + "\"");
            try {
                desk.variables().put("PGDATABASE", database);
                Desk.Outcome outcome = desk.run("apply", "--log-format=json");
                assertThat(outcome.exitCode()).as(outcome.err()).isZero();
                assertThat(lines(outcome))
                        .allMatch(line -> line.path("schema").asString().equals("lockkeeper/log/v1"));
                Span step = receiver.span("apply migration");
                assertThat(attributes(step)).containsEntry("db.namespace", database);
                assertThat(attributes(step).get("code.file.path")).contains("it's_\uD83D\uDEA2_\"new\"\\u000aline.sql");
            } finally {
                desk.variables().put("PGDATABASE", desk.database());
                desk.execute("drop database \"" + database.replace("\"", "\"\"") + "\"");
            }
        }
    }

    @Test
    void every_target_of_a_fleet_is_a_span(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk, receiver)
                    .write(
                            "lockkeeper.yaml",
                            "convention: flyway\nfleets:\n  all:\n    schemas: select 'tenant_' || i from"
                                    + " generate_series(1, 2) i\n")
                    .write("migrations/V1__t.sql", "create table ${schema}.t (id int);\n")
                    .write("migrations/U1__t.sql", "drop table ${schema}.t;\n");
            desk.execute("create schema tenant_1; create schema tenant_2");
            Desk.Outcome outcome = desk.run("fleet", "apply", "all", "--output", "json");
            assertThat(outcome.exitCode()).isZero();
            Span root = receiver.span("lockkeeper fleet");
            List<Span> runs = receiver.spans("apply component");
            assertThat(runs.stream().map(run -> attributes(run).get("lockkeeper.target")))
                    .containsExactlyInAnyOrder("tenant_1", "tenant_2");
            assertThat(runs).allMatch(run -> Receiver.id(root).equals(Receiver.parent(run)));
            assertThat(receiver.spans("apply migration")).hasSize(2);
            assertThat(desk.rows("select distinct payload::json ->> 'trace' from lockkeeper.audit where action like"
                            + " 'apply%'"))
                    .containsExactly(Receiver.trace(root));
        }
    }

    @Test
    void commands_of_all_kinds_have_a_span_with_their_exit_code(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver);
            desk.run("status");
            desk.run("plan");
            desk.run("apply");
            desk.run("rollback", "--yes");
            desk.run("lint");
            desk.run("nonsense");
            desk.run("audit", "verify");
            assertThat(receiver.spans().stream().map(Span::getName))
                    .contains(
                            "lockkeeper status",
                            "lockkeeper plan",
                            "lockkeeper apply",
                            "lockkeeper rollback",
                            "lockkeeper lint",
                            "lockkeeper unknown",
                            "lockkeeper audit");
            assertThat(attributes(receiver.span("lockkeeper unknown")))
                    .containsEntry("process.exit.code", "2")
                    .containsEntry("error.type", "usage");
            assertThat(attributes(receiver.span("rollback component")))
                    .containsEntry("lockkeeper.direction", "rollback");
        }
    }

    @Test
    void figures_that_commands_find_are_metrics(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver);
            desk.run("status");
            assertThat(receiver.value("lockkeeper.migrations.pending", "lockkeeper.component", "main"))
                    .isEqualTo(1);
            desk.run("apply");
            desk.run("status");
            assertThat(receiver.value("lockkeeper.migrations.pending", "lockkeeper.component", "main"))
                    .isZero();
            desk.execute("alter table first add column drifted int");
            assertThat(desk.run("drift").exitCode()).isEqualTo(3);
            assertThat(receiver.value("lockkeeper.drift.differences", "db.namespace", desk.database()))
                    .isEqualTo(1);
        }
    }

    @Test
    void what_is_asked_about_a_plan_is_part_of_its_trace(Desk desk) throws IOException {
        Guarded.guarded(desk);
        Guarded.approved(desk);
        String plan = Guarded.plan(desk);
        String trace = JSON.readTree(Files.readString(Path.of(plan)))
                .path("traceparent")
                .asString()
                .substring(3, 35);
        Desk.Outcome comments = desk.run("plan", "comments", plan, "--output", "json");
        assertThat(comments.exitCode()).as(comments.err()).isZero();
        assertThat(JSON.readTree(comments.out()).path("trace").asString()).isEqualTo(trace);
        assertThat(JSON.readTree(desk.run("plan", "--output", "json").out())
                        .path("trace")
                        .asString())
                .isNotEqualTo(trace);
    }

    @Test
    void one_id_joins_a_release_from_its_plan_to_its_evidence(Desk desk) throws IOException {
        try (Receiver receiver = new Receiver()) {
            Guarded.guarded(toward(desk, receiver));
            Guarded.approved(desk);
            String plan = Guarded.plan(desk);
            Desk.Outcome applied =
                    desk.run("apply", "--plan", plan, "--log-format=json", "--report", file(desk, "run.json"));
            assertThat(applied.exitCode()).as(applied.err()).isZero();
            Desk.Outcome evidence = desk.run(
                    "evidence", "collect", file(desk, "run.json"), "--plan", plan, "--out", file(desk, "release.zip"));
            assertThat(evidence.exitCode()).as(evidence.err()).isIn(0, 3, 4);
            JsonNode file = JSON.readTree(Files.readString(Path.of(plan)));
            String trace = file.path("traceparent").asString().substring(3, 35);
            // the command line
            assertThat(JSON.readTree(Files.readString(Path.of(file(desk, "run.json"))))
                            .path("trace")
                            .asString())
                    .isEqualTo(trace);
            // the log
            assertThat(lines(applied))
                    .isNotEmpty()
                    .allMatch(line -> line.path("trace_id").asString().equals(trace));
            // the spans
            Span planned = receiver.span("lockkeeper plan");
            assertThat(List.of("lockkeeper approve", "lockkeeper apply", "lockkeeper evidence"))
                    .allSatisfy(name -> assertThat(receiver.spans(name))
                            .isNotEmpty()
                            .allSatisfy(span -> {
                                assertThat(Receiver.trace(span)).isEqualTo(trace);
                                assertThat(Receiver.parent(span)).isEqualTo(Receiver.id(planned));
                            }));
            assertThat(Receiver.trace(planned)).isEqualTo(trace);
            // the audit chain, which is still intact
            assertThat(desk.rows(
                            "select action || ' ' || (payload::json ->> 'trace') from lockkeeper.audit where action"
                                    + " like 'apply%' order by seq"))
                    .containsExactly("apply " + trace, "apply ended " + trace);
            assertThat(desk.run("audit", "verify", "--environment", "production")
                            .exitCode())
                    .isZero();
            // the evidence
            JsonNode outcome = JSON.readTree(part(desk, "outcome.json"));
            assertThat(outcome.at("/components/0/runs/0/trace").asString()).isEqualTo(trace);
            assertThat(part(desk, "plan.json")).contains(trace);
        }
    }

    private static String part(Desk desk, String name) throws IOException {
        try (ZipFile zip = new ZipFile(file(desk, "release.zip"))) {
            ZipEntry entry = zip.getEntry(name);
            return new String(zip.getInputStream(entry).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void the_trace_of_a_job_wins_over_that_of_the_plan(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver);
            String plan = file(desk, "plan.json");
            assertThat(desk.run("plan", "--out", plan, "--as", "anna").exitCode())
                    .isZero();
            desk.variables().put("TRACEPARENT", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            assertThat(desk.run("apply", "--plan", plan).exitCode()).isZero();
            Span apply = receiver.span("lockkeeper apply");
            assertThat(Receiver.trace(apply)).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(Receiver.parent(apply)).isEqualTo("00f067aa0ba902b7");
            assertThat(apply.getLinks(0).getTraceId())
                    .isEqualTo(receiver.span("lockkeeper plan").getTraceId());
            String planned = Receiver.trace(receiver.span("lockkeeper plan"));
            for (String trace : List.of(planned, "4bf92f3577b34da6a3ce929d0e0e4736")) {
                assertThat(desk.run("audit", "log", "--trace", trace).out())
                        .as(trace)
                        .contains("apply ended");
            }
            Desk.Outcome none = desk.run("audit", "log", "--trace", "0".repeat(31) + "1");
            assertThat(none.exitCode()).isZero();
            assertThat(none.err()).contains("note: the audit chain has no entry of that kind");
        }
    }

    @Test
    void a_plan_from_before_there_were_traces_still_runs(Desk desk) throws IOException {
        desk.project();
        String plan = file(desk, "plan.json");
        assertThat(desk.run("plan", "--out", plan, "--as", "anna").exitCode()).isZero();
        String text = Files.readString(Path.of(plan));
        // the same content without its place in a trace has a digest of its own
        String without = text.replaceFirst("\\s*\"traceparent\" : \"[^\"]+\",", "");
        Files.writeString(Path.of(plan), without);
        Desk.Outcome altered = desk.run("apply", "--plan", plan);
        assertThat(altered.err()).contains("error[plan-altered]");
        var digest = Pattern.compile("has the digest (sha256:[0-9a-f]{64})").matcher(altered.err());
        assertThat(digest.find()).isTrue();
        Files.writeString(Path.of(plan), without.replaceFirst("sha256:[0-9a-f]{64}", digest.group(1)));
        assertThat(desk.run("apply", "--plan", plan).exitCode()).isZero();
    }

    @Test
    void a_log_of_json_is_one_object_a_line_with_the_fields_that_its_page_names(Desk desk) throws IOException {
        desk.project().second("select 1 / 0;\n");
        desk.variables().put("TRACEPARENT", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        Desk.Outcome outcome = desk.run("apply", "--log-format=json");
        assertThat(outcome.exitCode()).isEqualTo(7);
        List<JsonNode> lines = lines(outcome);
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("trace_id").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(line.path("span_id").asString()).matches("[0-9a-f]{16}");
            assertThat(line.path("time").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
            assertThat(line.path("command").asString()).isEqualTo("apply");
        });
        JsonNode done = lines.stream()
                .filter(line -> line.path("message").asString().contains("applied 1"))
                .findFirst()
                .orElseThrow();
        assertThat(done.path("level").asString()).isEqualTo("info");
        assertThat(done.path("version").asString()).isEqualTo("1");
        assertThat(done.path("component").asString()).isEqualTo("main");
        assertThat(done.path("direction").asString()).isEqualTo("apply");
        assertThat(done.path("duration_ms").isNumber()).isTrue();
        JsonNode error = lines.get(lines.size() - 1);
        assertThat(error.path("level").asString()).isEqualTo("error");
        assertThat(error.path("code").asString()).isEqualTo("partly-applied");
        assertThat(error.path("sqlstate").asString()).isEqualTo("22012");
        assertThat(error.path("line").asInt()).isEqualTo(1);
        assertThat(error.path("version").asString()).isEqualTo("2");
        TreeSet<String> fields = new TreeSet<>();
        lines.forEach(line -> fields.addAll(line.propertyNames()));
        assertThat(listed("Fields of the log")).containsAll(fields);
    }

    @Test
    void a_line_of_the_log_is_one_line_for_every_reader_and_has_all_that_the_server_said(Desk desk) {
        desk.project()
                .second("do $$ begin raise exception using message = E'a\\u2028b\\u0085c', detail = 'the detail',"
                        + " hint = 'the hint', constraint = 'the_constraint'; end $$;\n");
        Desk.Outcome outcome = desk.run("apply", "--log-format=json");
        assertThat(outcome.err()).doesNotContain("\u2028", "\u0085");
        JsonNode error = lines(outcome).get(lines(outcome).size() - 1);
        assertThat(error.path("detail").asString()).isEqualTo("the detail");
        assertThat(error.path("server_hint").asString()).isEqualTo("the hint");
        assertThat(error.path("constraint").asString()).isEqualTo("the_constraint");
        assertThat(error.path("context").asString()).contains("inline_code_block line 1");
        assertThat(listed("Fields of the log")).containsAll(new TreeSet<>(error.propertyNames()));
    }

    @Test
    void a_log_format_that_is_none_is_a_usage_error(Desk desk) {
        Desk.Outcome outcome = desk.project().run("apply", "--log-format", "xml");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("xml is not a log format");
        Desk.Outcome wrong = desk.run("apply", "--log-format=json", "--nonsense");
        assertThat(lines(wrong)).hasSize(1);
        assertThat(lines(wrong).get(0).path("code").asString()).isEqualTo("usage");
        Desk.Outcome help = desk.run("help", "--log-format=json", "--nope");
        assertThat(help.exitCode()).isEqualTo(2);
        assertThat(lines(help)).hasSize(1);
        assertThat(desk.run("help", "--log-format=json").out())
                .isEqualTo(desk.run("help").out());
        assertThat(desk.run("help", "apply", "--log-format=json").out())
                .isEqualTo(desk.run("apply", "--help").out());
    }

    @Test
    void what_the_server_warns_of_is_a_warning_of_the_log_with_its_place(Desk desk) {
        desk.project().second("do $$ begin raise warning 'look here'; end $$;\n");
        List<JsonNode> lines = lines(desk.run("apply", "--log-format=json"));
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("message").asString()).isEqualTo("look here");
            assertThat(line.path("level").asString()).isEqualTo("warning");
            assertThat(line.path("file").asString()).endsWith(".sql");
            assertThat(line.path("line").asInt()).isEqualTo(1);
        });
    }

    @Test
    void what_was_typed_and_what_a_hook_says_is_not_sent(Desk desk) {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver);
            desk.run("apply", "--set", "x " + SECRET);
            desk.run("apply", SECRET);
            desk.run("erase", "request", SECRET);
            desk.write(
                    "lockkeeper.yaml",
                    "project: shop\nmigrations: migrations\nconvention: flyway\nlock-timeout: " + SECRET + "\n");
            desk.run("apply");
            desk.write(
                    "lockkeeper.yaml",
                    "project: shop\nmigrations: migrations\nconvention: flyway\nhooks:\n  before-apply:\n    - check: select '"
                            + SECRET + "' = 'x'\n");
            assertThat(desk.run("apply").exitCode()).isNotZero();
            assertThat(receiver.logs()).hasSizeGreaterThan(4);
            assertThat(receiver.spans().toString() + receiver.logs() + receiver.metrics())
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void a_collector_that_is_away_or_a_trace_that_is_none_is_a_warning_and_nothing_else(Desk desk) {
        desk.project();
        desk.variables().put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
        desk.variables().put("OTEL_BSP_EXPORT_TIMEOUT", "500");
        desk.variables().put("TRACEPARENT", "00-zz");
        Desk.Outcome outcome = desk.run("apply", "--output", "json");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err())
                .contains("warning[telemetry]: TRACEPARENT is ignored")
                .containsOnlyOnce("warning[telemetry]: telemetry could not be sent")
                .doesNotContain("SEVERE", "Exception\n", "\tat ");
    }

    /** What stands in code quotes first in the rows of the table below a heading. */
    private static List<String> listed(String heading) {
        List<String> lines = Document.named(PAGE).lines();
        int start = lines.indexOf("## " + heading);
        assertThat(start).as(heading).isNotNegative();
        return lines.stream()
                .skip(start + 1L)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }

    @Test
    void the_page_names_everything_that_is_sent_and_nothing_else(Desk desk) throws Exception {
        try (Receiver receiver = new Receiver()) {
            toward(desk.project(), receiver);
            desk.write(
                    "lockkeeper.yaml",
                    "project: shop\nmigrations: migrations\nconvention: flyway\nlock-timeout: 300ms\nlock-attempts: 2\n");
            desk.variables().put("LOCKKEEPER_TRACE_STATEMENTS", "0ms");
            desk.run("status");
            desk.run("apply");
            desk.second("alter table first add column more int;\n");
            try (Connection other = desk.session("begin; lock table first")) {
                desk.run("apply");
                assertThat(other.isClosed()).isFalse();
            }
            desk.run("rollback", "--yes");
            TreeSet<String> spans = receiver.spans().stream()
                    .filter(span -> !span.getName().equals(span.getName().toUpperCase(java.util.Locale.ROOT)))
                    .map(span -> span.getName().startsWith("lockkeeper ") ? "lockkeeper COMMAND" : span.getName())
                    .map(name -> name.replaceFirst("^(apply|rollback) ", "DIRECTION "))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(listed("Spans")).containsAll(spans);
            TreeSet<String> names = new TreeSet<>();
            receiver.spans().forEach(span -> {
                names.addAll(attributes(span).keySet());
                span.getEventsList()
                        .forEach(event -> names.addAll(
                                attributes(event.getAttributesList()).keySet()));
            });
            receiver.logs()
                    .forEach(log ->
                            names.addAll(attributes(log.getAttributesList()).keySet()));
            assertThat(listed("Attributes")).containsAll(names);
            assertThat(listed("Metrics")).containsAll(receiver.metrics().keySet());
        }
    }

    /** As Prometheus names what it takes over OTLP. */
    private static Stream<String> prometheus() {
        return Document.named(PAGE).lines().stream()
                .filter(line -> line.startsWith("| `lockkeeper."))
                .filter(line ->
                        line.contains("| histogram |") || line.contains("| counter |") || line.contains("| gauge |"))
                .flatMap(line -> {
                    String[] cells = line.split("\\s*\\|\\s*", -1);
                    String name = cells[1].replace("`", "").replace('.', '_');
                    String unit = cells[3].equals("s") ? "_seconds" : "";
                    return switch (cells[2]) {
                        case "histogram" ->
                            Stream.of("_bucket", "_sum", "_count").map(end -> name + unit + end);
                        case "counter" -> Stream.of(name + unit + "_total");
                        default -> Stream.of(name + unit);
                    };
                });
    }

    /** As its page lists them, which its own tests hold. */
    private static Stream<String> ofHealth() {
        return Document.named("docs/operate/health.md").lines().stream()
                .filter(line -> line.startsWith("| `lockkeeper_"))
                .map(line -> line.split("`", 3)[1]);
    }

    @Test
    void the_dashboard_and_the_alerts_ask_for_metrics_that_there_are() throws IOException {
        List<String> known = Stream.concat(prometheus(), ofHealth()).toList();
        assertThat(known).hasSizeGreaterThan(10);
        for (String name : List.of("docs/operate/grafana-dashboard.json", "docs/operate/alerts.yml")) {
            String text = Files.readString(Document.ROOT.resolve(name));
            var found = Pattern.compile("\\blockkeeper_[a-z_]+").matcher(text);
            List<String> asked = new ArrayList<>();
            while (found.find()) {
                asked.add(found.group());
            }
            assertThat(asked).as(name).isNotEmpty();
            assertThat(asked.stream().filter(one -> !labels().contains(one)).distinct())
                    .as(name)
                    .isNotEmpty()
                    .isSubsetOf(known);
        }
        JsonNode dashboard =
                JSON.readTree(Files.readString(Document.ROOT.resolve("docs/operate/grafana-dashboard.json")));
        assertThat(dashboard.path("panels").size()).isGreaterThan(5);
    }

    private static List<String> labels() {
        return listed("Attributes").stream().map(name -> name.replace('.', '_')).toList();
    }

    @Test
    void no_class_of_the_sdk_is_loaded_unless_a_variable_asks_for_it(Desk desk) throws Exception {
        desk.project();
        assertThat(loaded(desk, Map.of())).isEmpty();
        try (Receiver receiver = new Receiver()) {
            assertThat(loaded(desk, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())))
                    .isNotEmpty();
            assertThat(receiver.span("lockkeeper status").getName()).isNotEmpty();
        }
    }

    private static List<String> loaded(Desk desk, Map<String, String> more) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-verbose:class",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lockkeeper.cli.Main",
                "status",
                "--log-format",
                "json",
                "--project",
                desk.folder().toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(desk.variables());
        builder.environment().putAll(more);
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines;
        try (var reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        assertThat(process.waitFor()).isZero();
        assertThat(lines).anyMatch(line -> line.contains("dev.lockkeeper.cli.StatusCommand"));
        return lines.stream()
                .filter(line -> line.contains(" io.opentelemetry."))
                .toList();
    }
}

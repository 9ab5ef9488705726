package dev.lockkeeper.apply;

import dev.lockkeeper.gate.Admission;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.trace.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run writes into the audit chain: an entry when it begins, with what it means to do, and one when it ends, with what it did.
 * Messages of errors are left out, for a server quotes values in them. Not thread-safe.
 */
final class RunLog {
    private final AuditSql sql;
    private final Admission admission;
    private final Tracing tracing;
    private final UUID run = UUID.randomUUID();
    private final List<String> steps = new ArrayList<>();
    private @Nullable String failure;

    /** @param tracing the trace that the run is part of */
    RunLog(AuditSql sql, Admission admission, Tracing tracing) {
        this.sql = sql;
        this.admission = admission;
        this.tracing = tracing;
    }

    UUID run() {
        return run;
    }

    /** A step is done and in the history. */
    void done(Step step, long rows, long nanos, ScriptRunner.Manner manner) {
        steps.add(object(
                text("step", step.name()),
                text("state", "done"),
                resumed(step),
                "\"rows\":" + rows,
                "\"ms\":" + TimeUnit.NANOSECONDS.toMillis(nanos),
                manner == ScriptRunner.Manner.TRANSACTION ? "" : text("manner", "statements")));
    }

    /** A step has failed. */
    void failed(Step step, long rows) {
        steps.add(object(text("step", step.name()), text("state", "failed"), resumed(step), "\"rows\":" + rows));
    }

    /** Tells that earlier runs have changed rows for it as well. */
    private static String resumed(Step step) {
        return step.resumed() ? "\"resumed\":true" : "";
    }

    /** The run has failed. */
    void failed(Problem problem) {
        failure = object(
                text("code", problem.code().slug()),
                problem.place() == null ? "" : text("place", problem.place().toString()),
                problem.server() == null
                        ? ""
                        : text("sqlstate", problem.server().sqlState()));
    }

    /** The statement that tells that the run begins. */
    String begunSql() {
        Plan plan = admission.plan();
        List<String> planned = plan.steps().stream().map(RunLog::planned).toList();
        List<String> approvals =
                admission.approvals().stream().map(RunLog::approval).toList();
        String environment = admission.environment();
        return sql.begun(
                plan.direction().command(),
                admission.emergency(),
                object(
                        text("run", run.toString()),
                        text("plan", plan.digest()),
                        traced(),
                        environment == null ? "" : text("environment", environment),
                        approvals.isEmpty() ? "" : array("approvals", approvals),
                        array("steps", planned)));
    }

    /** The statement that ends the run, if it has begun and not ended. */
    String endedSql(List<HookRunner.Ran> hooks) {
        Plan plan = admission.plan();
        String failed = failure;
        return sql.ended(
                run,
                plan.direction().command(),
                plan.direction(),
                plan.steps().stream().anyMatch(step -> step instanceof Step.Repeat),
                object(
                        text("run", run.toString()),
                        traced(),
                        text("outcome", failed == null ? "done" : "failed"),
                        failed == null ? "" : "\"failure\":" + failed,
                        hooks.isEmpty()
                                ? ""
                                : array(
                                        "hooks",
                                        hooks.stream().map(RunLog::hook).toList()),
                        array("steps", steps)));
    }

    private String traced() {
        return Stream.of(field("trace", tracing.trace()), field("plan_trace", tracing.planned()))
                .filter(field -> !field.isEmpty())
                .collect(Collectors.joining(","));
    }

    private static String field(String name, @Nullable String value) {
        return value == null ? "" : text(name, value);
    }

    private static String planned(Step step) {
        String checksum = step.script().checksum().value();
        String rendered = step.script().renderedChecksum().value();
        return object(
                text("step", step.name()),
                text("description", step.description()),
                text("checksum", checksum),
                "\"statements\":" + step.commands().count(),
                rendered.equals(checksum) ? "" : text("rendered_checksum", rendered),
                step.script().kept().startsWith(Script.NOT_KEPT) ? "\"held\":false" : "");
    }

    private static String approval(Approvals.Accepted approval) {
        return object(
                text("principal", approval.name()), text("key", approval.key().fingerprint()));
    }

    private static String hook(HookRunner.Ran hook) {
        return object(text("place", hook.place()), text("checksum", hook.checksum()), "\"passed\":" + hook.passed());
    }

    private static String object(String... fields) {
        return List.of(fields).stream().filter(field -> !field.isEmpty()).collect(Collectors.joining(",", "{", "}"));
    }

    private static String array(String name, List<String> items) {
        return "\"" + name + "\":[" + String.join(",", items) + "]";
    }

    /** By hand: to load a library for it would cost the start of every apply more than the rest of the entry. */
    private static String text(String name, String value) {
        StringBuilder text = new StringBuilder("\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append("\\u00").append(c < 16 ? '0' : '1').append(Character.forDigit(c % 16, 16));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }
}

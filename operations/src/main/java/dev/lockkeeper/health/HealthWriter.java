package dev.lockkeeper.health;

import static dev.lockkeeper.health.PrometheusText.Sample;

import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.StatusReport;
import dev.lockkeeper.report.Style;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Health as text, as JSON and as metrics. */
public final class HealthWriter {
    /** The name of the JSON form. */
    public static final String SCHEMA = "lockkeeper/health/v1";

    private HealthWriter() {}

    /** Some lines a component, and one for all. */
    public static List<String> text(HealthReport report, Style style) {
        List<String> lines = new ArrayList<>();
        for (ComponentHealth one : report.components()) {
            lines.add((one.isHealthy() ? style.good("✓") : style.bad("!")) + " "
                    + style.strong(Style.line(one.component())) + " in " + Style.line(one.database()) + ": "
                    + (one.isHealthy() ? "healthy" : "not healthy"));
            one.reasons().forEach(reason -> lines.add("    " + Style.line(reason)));
            Problem problem = one.problem();
            if (problem != null && problem.help() != null) {
                lines.add("    help: " + Style.line(problem.help()));
            }
            one.warnings().forEach(warning -> lines.add("    " + style.notable("warning: ") + Style.line(warning)));
            Instant last = one.last();
            if (one.problem() == null) {
                lines.add("    version " + (one.version() == null ? "none" : one.version())
                        + (last == null
                                ? ", nothing was ever applied"
                                : ", last migration " + last + ", " + age(last, report.at()) + " ago"));
            }
            String atWork = one.atWork();
            if (atWork != null) {
                lines.add("    at work: " + Style.line(atWork));
            }
            DriftLook drift = one.drift();
            if (drift != null && drift.isSame()) {
                lines.add("    no drift, " + age(drift.at(), report.at()) + " ago");
            }
        }
        long sick = report.components().stream().filter(one -> !one.isHealthy()).count();
        lines.add(
                sick == 0
                        ? "All " + report.components().size() + " healthy."
                        : sick + " of " + report.components().size() + " not healthy.");
        return lines;
    }

    private static String age(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        long seconds = Math.max(0, age.toSeconds());
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200
                        ? seconds / 60 + " min"
                        : seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }

    /** The fields of a report. */
    public static void json(Json json, HealthReport report) {
        json.put("healthy", report.isHealthy())
                .put("at", report.at().toString())
                .array("components", report.components(), (j, one) -> component(j, one, report.at()));
    }

    private static void component(Json json, ComponentHealth one, Instant now) {
        Instant last = one.last();
        json.put("component", one.component())
                .put("database", one.database())
                .put("healthy", one.isHealthy())
                .texts("reasons", one.reasons())
                .texts("warnings", one.warnings())
                .put("openEmergencies", one.emergencies())
                .put("version", one.version())
                .put("lastMigrationAt", last == null ? null : last.toString())
                .put("secondsSince", one.secondsSince(now))
                .put("atWork", one.atWork())
                .object(
                        "summary",
                        () -> Arrays.stream(Status.State.values())
                                .forEach(state -> json.put(StatusReport.name(state), one.count(state))))
                .objectOrNull(
                        "drift",
                        one.drift(),
                        (j, drift) -> j.put("at", drift.at().toString())
                                .put("ageSeconds", age(drift, now))
                                .put("differences", drift.unknown() == null ? Long.valueOf(drift.differences()) : null)
                                .put("unknown", drift.unknown()))
                .problem("problem", one.problem());
    }

    private static long age(DriftLook drift, Instant now) {
        return Math.max(0, Duration.between(drift.at(), now).toSeconds());
    }

    /** The metrics of a report, in the text format of Prometheus. What is not known has no sample. */
    public static String metrics(HealthReport report, Instant now) {
        List<ComponentHealth> all = report.components();
        return new PrometheusText()
                .gauge(
                        "lockkeeper_healthy",
                        "Whether a component is as its files say, and known to be.",
                        each(all, one -> sample(one, one.isHealthy() ? 1L : 0L)))
                .gauge(
                        "lockkeeper_known",
                        "Whether the record of a component could be read.",
                        each(all, one -> sample(one, one.problem() == null ? 1L : 0L)))
                .gauge(
                        "lockkeeper_schema_version_info",
                        "The newest version that is applied, as a label.",
                        each(
                                all,
                                one -> one.version() == null
                                        ? null
                                        : Sample.of(1, "component", one.component(), "version", one.version())))
                .gauge(
                        "lockkeeper_last_migration_timestamp_seconds",
                        "When a migration was applied last.",
                        each(all, one -> {
                            Instant last = one.last();
                            return last == null ? null : sample(one, last.getEpochSecond());
                        }))
                .gauge(
                        "lockkeeper_seconds_since_last_migration",
                        "How long that is ago.",
                        each(all, one -> sample(one, one.secondsSince(now))))
                .gauge("lockkeeper_migrations", "Migrations and repeatable scripts by their state.", states(all))
                .gauge(
                        "lockkeeper_run_at_work",
                        "Whether a run holds the runner lock.",
                        each(all, one -> one.problem() != null ? null : sample(one, one.atWork() == null ? 0L : 1L)))
                .gauge(
                        "lockkeeper_open_emergencies",
                        "Emergencies of the record that are owed an approval; absent when it is not known.",
                        each(all, one -> sample(one, one.emergencies())))
                .gauge(
                        "lockkeeper_drift_differences",
                        "In how many places the database differs from its history; absent when it is not known.",
                        each(all, one -> {
                            DriftLook drift = one.drift();
                            return drift == null || drift.unknown() != null ? null : sample(one, drift.differences());
                        }))
                .gauge(
                        "lockkeeper_drift_age_seconds",
                        "How old the comparison is of which that is told.",
                        each(all, one -> {
                            DriftLook drift = one.drift();
                            return drift == null ? null : sample(one, age(drift, now));
                        }))
                .gauge(
                        "lockkeeper_look_timestamp_seconds",
                        "When the database was looked at.",
                        List.of(Sample.of(report.at().getEpochSecond())))
                .toString();
    }

    private static List<@Nullable Sample> states(List<ComponentHealth> all) {
        List<@Nullable Sample> samples = new ArrayList<>();
        for (ComponentHealth one : all) {
            one.counts().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(e -> samples.add(Sample.of(
                            e.getValue(), "component", one.component(), "state", StatusReport.name(e.getKey()))));
        }
        return samples;
    }

    private static @Nullable Sample sample(ComponentHealth one, @Nullable Long value) {
        return value == null ? null : Sample.of(value, "component", one.component());
    }

    private static List<@Nullable Sample> each(
            List<ComponentHealth> all, Function<ComponentHealth, @Nullable Sample> sample) {
        List<@Nullable Sample> samples = new ArrayList<>();
        all.forEach(one -> samples.add(sample.apply(one)));
        return samples;
    }
}

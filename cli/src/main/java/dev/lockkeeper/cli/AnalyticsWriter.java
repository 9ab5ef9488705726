package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.quality.CheckResult;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.Backfill;
import dev.lockkeeper.analytics.roll.LateBucket;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.RollupStatus;
import dev.lockkeeper.analytics.roll.Tally;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is told of rollups, as text and as JSON. */
record AnalyticsWriter(Style style) {
    private static final int MOST_LINES = 20;
    /** A bucket whose events are retired differs for good, and there may be years of them. */
    private static final int MOST_SEALED = 3;

    /** A number of things. */
    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** A time in the unit that a person would take. */
    static String time(Duration time) {
        long seconds = time.toSeconds();
        return seconds < 1
                ? time.toMillis() + " ms"
                : seconds < 120
                        ? seconds + " s"
                        : seconds < 7200
                                ? seconds / 60 + " min"
                                : seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }

    String text(RollResult result) {
        Tally tally = result.tally();
        String what = switch (result.state()) {
            case IDLE -> "nothing has changed";
            case BUSY -> "another process computes it";
            default ->
                count(tally.buckets(), "bucket") + ", " + count(tally.marks(), "mark") + ", "
                        + count(tally.read(), "row") + " read, " + tally.inserted() + " inserted, "
                        + tally.updated() + " updated, " + tally.deleted() + " deleted, " + tally.unchanged()
                        + " as they were, in " + time(result.work());
        };
        String end = switch (result.state()) {
            case FAILED -> "; " + style.bad("some buckets were not computed");
            case STOPPED -> " (stopped)";
            default -> "";
        };
        return "  " + style.strong(Style.line(result.rollup())) + ": " + what + end
                + (result.late() > 0
                        ? "; " + style.notable(count(result.late(), "mark") + " of sealed buckets recorded: see status")
                        : "")
                + (result.isOverBudget()
                        ? ", " + style.notable("more than its budget of " + time(result.budget()))
                        : "");
    }

    /** Checks that did not pass, and keep nothing from being published. */
    List<String> checks(RollResult result) {
        return result.checks().stream()
                .filter(one -> !one.blocks())
                .map(one -> "    " + Style.line(one.sentence()))
                .toList();
    }

    static void json(Json json, RollResult result) {
        Tally tally = result.tally();
        json.put("rollup", result.rollup())
                .put("run", result.run())
                .put("state", result.state().name().toLowerCase(Locale.ROOT))
                .put("buckets", tally.buckets())
                .put("pairs", tally.pairs())
                .put("marks", tally.marks())
                .put("rowsRead", tally.read())
                .put("rowsInserted", tally.inserted())
                .put("rowsUpdated", tally.updated())
                .put("rowsDeleted", tally.deleted())
                .put("rowsUnchanged", tally.unchanged())
                .put("workMs", result.work().toMillis())
                .put("lateMarks", result.late())
                .put("budgetMs", result.budget().toMillis())
                .put("overBudget", result.isOverBudget())
                .array("checks", result.checks(), AnalyticsWriter::json);
    }

    private static void json(Json json, CheckResult one) {
        Span bucket = one.bucket();
        json.put("check", one.check().name())
                .put("kind", one.check().what().word())
                .put("grain", one.check().grain().word())
                .put("bucket", bucket == null ? null : bucket.from().toString())
                .put("outcome", one.outcome().word())
                .put("observed", one.observed() == null ? null : one.observed().toPlainString())
                .put(
                        "threshold",
                        one.threshold() == null ? null : one.threshold().toString())
                .put("blocking", one.check().blocking())
                .put("detail", one.detail());
    }

    List<String> text(RollupStatus one) {
        List<String> lines = new ArrayList<>();
        lines.add("  " + style.strong(Style.line(one.rollup())) + ": "
                + (one.pending() == 0
                        ? style.good("nothing waits")
                        : style.notable(count(one.pending(), "bucket") + (one.pending() == 1 ? " waits" : " wait"))
                                + ", the first for " + time(one.lag()) + "; complete before " + one.completeTo())
                + (one.newest() == null ? "; nothing was computed yet" : "; newest bucket " + one.newest()));
        lines.add("    " + count(one.built(), "bucket") + " built, " + one.sealed() + " sealed"
                + (one.outdated() > 0 ? ", " + one.outdated() + " by an older definition" : ""));
        RollupStatus.LastRun last = one.last();
        if (last != null) {
            lines.add("    last run " + last.run() + ": " + last.state() + " " + time(last.ago()) + " ago, took "
                    + time(last.work())
                    + (last.budget().isZero() ? "" : " and may take " + time(last.budget()))
                    + (one.isOverBudget() ? ", " + style.notable("more than its budget") : "")
                    + (one.overBudget() == 0 ? "" : "; " + one.overBudget() + " of the last 100 over budget")
                    + (one.share() == null ? "" : "; at work for " + one.share() + " % of the time")
                    + (last.error() == null ? "" : ": " + style.bad(Style.line(last.error()))));
        }
        if (one.failing() + one.quarantined() + one.drift() > 0) {
            lines.add("    "
                    + style.notable(count(one.failing(), "failing check") + ", " + count(one.drift(), "bucket")
                            + " of drift, " + count(one.quarantined(), "mark") + " of sealed buckets"));
        }
        one.late().forEach(late -> lines.add("    " + text(late)));
        return lines;
    }

    private static String text(LateBucket late) {
        StringBuilder line = new StringBuilder(
                "late    " + late.grain().word() + " of " + late.start() + ", " + count(late.marks(), "mark"));
        if (late.events() != null && late.sealed() != null) {
            line.append(": sealed with ").append(late.sealed()).append(", now ").append(late.events());
            differences(line, late.differences());
            line.append(
                    late.isWhole()
                            ? "; to open it: lockkeeper analytics backfill --reopen"
                            : "; some of its events are retired");
        }
        return line.toString();
    }

    private static void differences(StringBuilder line, Map<String, String> differences) {
        differences.forEach((name, by) -> {
            if (!by.matches("[0.]+")) {
                line.append(' ')
                        .append(Style.line(name))
                        .append(by.matches("\\d.*|Infinity") ? " +" : " ")
                        .append(by);
            }
        });
    }

    static void json(Json json, RollupStatus one) {
        json.put("rollup", one.rollup())
                .put("pendingBuckets", one.pending())
                .put("marks", one.marks())
                .put("lagMs", one.lag().toMillis())
                .put("completeTo", text(one.completeTo()))
                .put("newestBucket", text(one.newest()))
                .put("built", one.built())
                .put("sealed", one.sealed())
                .put("outdated", one.outdated())
                .put("overBudget", one.overBudget())
                .put("failingChecks", one.failing())
                .put("quarantined", one.quarantined())
                .put("drift", one.drift())
                .put("workPercent", one.share())
                .put(
                        "freshnessMs",
                        one.freshness() == null ? null : one.freshness().toMillis())
                .array(
                        "late",
                        one.late(),
                        (j, late) -> j.put("grain", late.grain().word())
                                .put("bucket", late.start().toString())
                                .put("marks", late.marks())
                                .put("events", late.events())
                                .put("sealedEvents", late.sealed())
                                .array("measures", late.differences().entrySet(), AnalyticsWriter::difference))
                .array(
                        "metrics",
                        one.metrics(),
                        (j, metric) -> j.put("name", metric.name())
                                .put("unit", metric.unit())
                                .put("value", metric.value()))
                .objectOrNull(
                        "lastRun",
                        one.last(),
                        (j, last) -> j.put("run", last.run())
                                .put("state", last.state())
                                .put("agoMs", last.ago().toMillis())
                                .put("workMs", last.work().toMillis())
                                .put("budgetMs", last.budget().toMillis())
                                .put("error", last.error()));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static String text(Difference one) {
        StringBuilder line = new StringBuilder("    " + Style.pad(one.kind().word(), 7) + " "
                + one.grain().word() + " of " + one.start() + ", " + count(one.groups(), "group") + ":");
        differences(line, one.differences());
        return line.toString();
    }

    List<String> text(Reconciliation.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add("  " + style.strong(Style.line(result.rollup())) + ": " + count(result.buckets(), "bucket")
                + " compared, "
                + (result.buckets() == 0
                        ? "there are none in this time"
                        : result.differences().isEmpty()
                                ? style.good("all are what the events say")
                                : result.count(Difference.Kind.PENDING) + " pending, "
                                        + result.count(Difference.Kind.DRIFT) + " drift, "
                                        + result.count(Difference.Kind.SEALED) + " sealed")
                + (result.marked() > 0 ? "; " + result.marked() + " marked" : ""));
        List<Difference> open = result.differences().stream()
                .filter(one -> one.kind() != Difference.Kind.SEALED)
                .toList();
        List<Difference> sealed = result.differences().stream()
                .filter(one -> one.kind() == Difference.Kind.SEALED)
                .toList();
        open.stream().limit(MOST_LINES).forEach(one -> lines.add(text(one)));
        sealed.stream().limit(MOST_SEALED).forEach(one -> lines.add(text(one)));
        int left = Math.max(0, open.size() - MOST_LINES) + Math.max(0, sealed.size() - MOST_SEALED);
        if (left > 0) {
            lines.add("    and " + left + " more"
                    + (sealed.size() > MOST_SEALED
                            ? ", " + (sealed.size() - MOST_SEALED)
                                    + " of them sealed, as those are whose events are retired; status names those that events came too late for"
                            : "")
                    + ": --output json and the table recon_result have them all");
        }
        return lines;
    }

    static void json(Json json, Reconciliation.Result result) {
        json.put("rollup", result.rollup())
                .put("id", result.run().toString())
                .put("buckets", result.buckets())
                .put("marked", result.marked())
                .array(
                        "differences",
                        result.differences(),
                        (j, one) -> j.put("grain", one.grain().word())
                                .put("bucket", one.start().toString())
                                .put("class", one.kind().word())
                                .put("groups", one.groups())
                                .array("measures", one.differences().entrySet(), AnalyticsWriter::difference));
    }

    private static void difference(Json json, Map.Entry<String, String> by) {
        json.put("measure", by.getKey()).put("difference", by.getValue());
    }

    static String text(Backfill.Result result) {
        Span span = result.span();
        return Style.line(result.rollup()) + ": "
                + (span == null
                        ? "there are no events"
                        : count(result.marked(), "bucket") + " marked, from " + span.from() + " until " + span.to()
                                + (result.sealed() > 0 ? "; " + result.sealed() + " sealed, left as they are" : ""));
    }

    static void json(Json json, Backfill.Result result) {
        Span span = result.span();
        json.put("rollup", result.rollup())
                .put("from", span == null ? null : span.from().toString())
                .put("until", span == null ? null : span.to().toString())
                .put("marked", result.marked())
                .put("sealed", result.sealed());
    }
}

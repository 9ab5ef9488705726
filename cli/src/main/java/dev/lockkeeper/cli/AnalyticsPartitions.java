package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.analytics.adapter.ParquetArchive;
import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.partition.Archive;
import dev.lockkeeper.analytics.partition.PartitionReport;
import dev.lockkeeper.analytics.partition.PartitionUpkeep;
import dev.lockkeeper.analytics.roll.LogKeeping;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.stewardship.retention.ArchiveNames;
import dev.lockkeeper.stewardship.retention.Vault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics partitions}: makes partitions of events ahead, and lets those go whose sums are final. */
final class AnalyticsPartitions {
    private final Map<String, String> variables;
    private final ParseResult arguments;
    private final Terminal terminal;

    AnalyticsPartitions(Map<String, String> variables, ParseResult arguments, Terminal terminal) {
        this.variables = variables;
        this.arguments = arguments;
        this.terminal = terminal;
    }

    /** What came of one database. */
    private record Told(AnalyticsPlace.Located at, List<PartitionReport> reports) {}

    int run() {
        boolean execute = arguments.hasMatchedOption(RetainCommand.EXECUTE);
        List<AnalyticsPlace.Located> places = AnalyticsPlace.located(arguments, variables, terminal).stream()
                .filter(at -> !keepers(at.place()).isEmpty())
                .toList();
        if (places.isEmpty()) {
            throw Problem.of(Code.USAGE, "no rollup says how the partitions of its events are kept up")
                    .help("write partitions: below it, as docs/analytics.md shows")
                    .asException();
        }
        if (execute) {
            Worksite.admit(
                    places.stream().map(AnalyticsPlace.Located::worksite).toList(),
                    terminal,
                    arguments.matchedOptionValue(RetainCommand.CONFIRM, null));
        }
        List<Told> told = new ArrayList<>();
        for (AnalyticsPlace.Located at : places) {
            terminal.result(terminal.style().strong(at.database()));
            told.add(new Told(at, execute ? done(at) : seen(at)));
        }
        List<Problem> problems = told.stream()
                .flatMap(one -> one.reports().stream())
                .flatMap(one -> one.problems().stream())
                .toList();
        if (!problems.isEmpty()) {
            terminal.error(new LockkeeperException(problems));
        }
        if (!execute) {
            terminal.result("Nothing was changed. Add " + RetainCommand.EXECUTE + " to do it.");
        }
        terminal.result(
                "lockkeeper/analytics-partitions/v1",
                json -> json.put("executed", execute)
                        .array(
                                "databases",
                                told,
                                (j, one) -> j.put("database", one.at().database())
                                        .put("component", one.at().place().component())
                                        .array("tables", one.reports(), AnalyticsPartitions::json))
                        .array("errors", problems, Json::problem));
        return problems.isEmpty() ? 0 : problems.get(0).category().exitCode();
    }

    private static List<Rollup> keepers(AnalyticsPlace place) {
        return place.rollups().stream().filter(one -> one.partitions() != null).toList();
    }

    private List<PartitionReport> seen(AnalyticsPlace.Located at) {
        try (Session session = at.open("partitions")) {
            at.place().requireFit(session);
            return told(at, session, PartitionUpkeep::look);
        }
    }

    private List<PartitionReport> done(AnalyticsPlace.Located at) {
        Lockkeeper database = at.worksite().lockkeeper();
        return database.upkeep(
                "analytics partitions",
                Options.patience(arguments),
                holder -> terminal.progress("waiting: held by " + Style.line(holder)),
                session -> {
                    at.place().requireFit(session);
                    List<PartitionReport> reports = told(at, session, upkeep -> upkeep.run(archive(at)));
                    at.place()
                            .rollups()
                            .forEach(rollup -> new LogKeeping(at.place().at(session), rollup, () -> false).run());
                    return reports;
                });
    }

    private @Nullable Archive archive(AnalyticsPlace.Located at) {
        return arguments.hasMatchedOption(RetainCommand.ARCHIVE)
                ? new Archive(
                        new Vault(Workplace.path(Options.value(arguments, RetainCommand.ARCHIVE, ""))),
                        ArchiveNames.owner(at.database(), at.place().component() + "\nanalytics"),
                        UUID.randomUUID(),
                        ParquetArchive.isThere())
                : null;
    }

    private interface Work {
        PartitionReport report(PartitionUpkeep upkeep);
    }

    private List<PartitionReport> told(AnalyticsPlace.Located at, Session session, Work work) {
        // also those that were not named: their sums must be final, too
        List<Rollup> all = Definitions.read(at.place().settings().folder()).rollups();
        List<PartitionReport> reports = new ArrayList<>();
        for (Rollup keeper : keepers(at.place())) {
            PartitionReport report =
                    work.report(new PartitionUpkeep(at.place().at(session), new PostgresDialect(), keeper, all));
            reports.add(report);
            terminal.result(text(report));
        }
        return reports;
    }

    private List<String> text(PartitionReport report) {
        Style style = terminal.style();
        List<String> lines = new ArrayList<>();
        lines.add("  " + style.strong(Style.line(report.table())) + ": "
                + (report.ready() == null
                        ? "partitions without an end"
                        : report.readyUntil() == null
                                ? style.bad("no partition for events of now")
                                : "ready until " + report.readyUntil() + ", for "
                                        + AnalyticsWriter.time(report.ready())));
        report.made().forEach(name -> lines.add("    made " + Style.line(name)));
        if (!report.executed()) {
            report.missing().forEach(span -> lines.add("    would make one " + text(span)));
        }
        for (PartitionReport.Due due : report.due()) {
            lines.add("    " + Style.line(due.name()) + ", " + text(due.span()) + ": "
                    + (due.reason() == null
                            ? report.executed()
                                    ? "may go, with a place for its rows: " + RetainCommand.ARCHIVE + " DIR"
                                    : "would go"
                            : style.notable("stays: " + due.reason())));
        }
        for (PartitionReport.Gone gone : report.gone()) {
            lines.add("    " + Style.line(gone.name()) + ", " + text(gone.span()) + ": went, "
                    + AnalyticsWriter.count(gone.rows(), "row") + " in " + gone.file());
        }
        return lines;
    }

    private static String text(Span span) {
        return "from " + span.from() + " until " + span.to();
    }

    private static void json(Json json, PartitionReport report) {
        json.put("table", report.table())
                .put("ready", report.ready() == null || report.readyUntil() != null)
                .put(
                        "readyUntil",
                        report.readyUntil() == null ? null : report.readyUntil().toString())
                .texts("made", report.made())
                .array("missing", report.missing(), AnalyticsPartitions::json)
                .array("due", report.due(), (j, one) -> {
                    j.put("partition", one.name());
                    json(j, one.span());
                    j.put("reason", one.reason());
                })
                .array("gone", report.gone(), (j, one) -> {
                    j.put("partition", one.name());
                    json(j, one.span());
                    j.put("rows", one.rows()).put("file", one.file()).put("sha256", one.sha256());
                });
    }

    private static void json(Json json, Span span) {
        json.put("from", span.from().toString()).put("until", span.to().toString());
    }
}

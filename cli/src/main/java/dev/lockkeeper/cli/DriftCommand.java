package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.catalog.Deviations;
import dev.lockkeeper.catalog.Platform;
import dev.lockkeeper.catalog.Scope;
import dev.lockkeeper.catalog.Side;
import dev.lockkeeper.catalog.Stocktaking;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.plan.Recollection;
import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.rehearsal.DriftReport;
import dev.lockkeeper.rehearsal.DriftWriter;
import dev.lockkeeper.rehearsal.Recipe;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.telemetry.Measure;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper drift}: what a live database has apart from what its history says. */
final class DriftCommand implements Command {
    static final String SQL = "--sql";

    private final Map<String, String> variables;

    DriftCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "drift",
                        "Compares a database with what its history says it must be, object by object. What it must be is"
                                + " built on a throw-away server and kept for the next time. Changes nothing. Exit code 3"
                                + " when there is a difference that nobody has accepted."))
                .addOption(Options.repeated(
                        Options.PRELUDE,
                        "FILE",
                        "SQL that the throw-away server runs first, such as the roles that the history expects; may be"
                                + " repeated"))
                .addOption(sql());
        return Options.examples(
                spec,
                "lockkeeper drift --environment staging",
                "lockkeeper drift --environment staging --sql",
                "lockkeeper drift --environment staging --output json");
    }

    static OptionSpec sql() {
        return OptionSpec.builder(SQL)
                .description("print the SQL that undoes the differences instead of a report")
                .build();
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Project project = Workplace.project(arguments);
        // the same address, whoever keeps the password
        Map<String, List<Worksite>> databases = new LinkedHashMap<>();
        for (Worksite site : Workplace.sites(arguments, project, variables, terminal)) {
            databases
                    .computeIfAbsent(site.lockkeeper().target().address(), address -> new ArrayList<>())
                    .add(site);
        }
        List<Script> prelude = Subject.prelude(project, arguments);
        List<DriftReport> reports = new ArrayList<>();
        databases.values().forEach(parts -> {
            DriftReport report = report(project, parts, prelude, terminal);
            reports.add(report);
            measured(parts, report, terminal);
            report.doubtful().forEach(terminal::warn);
            terminal.result(
                    arguments.hasMatchedOption(SQL)
                            ? DriftWriter.sql(report)
                            : new DriftWriter(terminal.style()).text(report));
        });
        terminal.result(DriftWriter.SCHEMA, json -> json.array("databases", reports, DriftWriter::json));
        return reports.stream().allMatch(r -> r.counting().isEmpty() && r.isUndoubted())
                ? 0
                : Category.FINDINGS.exitCode();
    }

    private static void measured(List<Worksite> parts, DriftReport report, Terminal terminal) {
        String database = parts.get(0).lockkeeper().target().database();
        terminal.narration()
                .telemetry()
                .measured(new Measure.Drift(database, report.counting().size()));
    }

    /** What one database has apart; whoever warns does so at the terminal. */
    static DriftReport report(Project project, List<Worksite> parts, List<Script> prelude, Terminal terminal) {
        Lockkeeper first = parts.get(0).lockkeeper();
        try (Session session = first.look()) {
            List<Recollection> told = recollect(parts, session);
            told.forEach(one -> terminal.warn(one.warnings()));
            Stocktaking stocktaking = Stocktaking.of(session);
            Stream<Replayed> replayed = told.stream().flatMap(one -> one.scripts().stream());
            // within a component they are in order already
            List<Replayed> all =
                    (told.size() == 1 ? replayed : replayed.sorted(Comparator.comparing(Replayed::at))).toList();
            List<Replayed> certain = all.stream().filter(Replayed::certain).toList();
            boolean alone = told.stream()
                    .allMatch(one -> one.others().stream()
                            .allMatch(other ->
                                    told.stream().anyMatch(t -> t.component().equals(other))));
            Looking looking = new Looking(project, session, stocktaking, alone, first, prelude, terminal);
            Deviations deviations = looking.deviations(certain);
            if (certain.size() < all.size() && !deviations.list().isEmpty()) {
                // whether a rollback has dropped what a repeatable script made, its down script alone knows
                deviations = deviations.alsoIn(looking.deviations(all));
            }
            requireStill(told, parts, session);
            return DriftReport.of(
                    told.stream().map(Recollection::component).collect(Collectors.joining(", ", "the history of ", "")),
                    first.target().toString(),
                    session.serverVersion(),
                    told.stream().mapToLong(Recollection::pending).sum(),
                    deviations,
                    project.exemptions(),
                    LocalDate.now(ZoneOffset.UTC));
        }
    }

    private static List<Recollection> recollect(List<Worksite> parts, Session session) {
        return parts.stream()
                .map(part -> part.lockkeeper().recollect(session, part.tokens()))
                .toList();
    }

    /** A run that began while the database was looked at has changed it. */
    private static void requireStill(List<Recollection> told, List<Worksite> parts, Session session) {
        List<Recollection> now = recollect(parts, session);
        for (int i = 0; i < told.size(); i++) {
            if (!told.get(i).deeds().equals(now.get(i).deeds())) {
                throw Problem.of(
                                Code.DRIFT_DURING_RUN,
                                "a run of component " + told.get(i).component()
                                        + " has changed the database while it was looked at")
                        .help("run the same command again")
                        .asException();
            }
        }
    }

    /** Everything that one look needs. */
    private record Looking(
            Project project,
            Session session,
            Stocktaking stocktaking,
            boolean alone,
            Lockkeeper component,
            List<Script> prelude,
            Terminal terminal) {
        Deviations deviations(List<Replayed> scripts) {
            Set<String> users = scripts.stream().map(Replayed::by).collect(Collectors.toCollection(HashSet::new));
            Map<String, Map<String, String>> settings = new HashMap<>(Platform.settings(session, users));
            Target target = component.target();
            if (target.choosesSearchPath()) {
                settings.merge(target.user(), target.searchPath(), (a, b) -> b);
            }
            settings.values()
                    .forEach(values -> users.addAll(values.entrySet().stream()
                            .filter(e -> e.getKey().equals("role"))
                            .map(Map.Entry::getValue)
                            .toList()));
            Recipe recipe = new Recipe(target.database(), prelude, scripts, settings);
            Expected expected = new Expected(major(session), terminal);
            try {
                return expected.with(recipe, stocktaking, kept -> {
                    Scope scope = Scope.of(kept.stock(), project.historySchema(), alone, users);
                    Side live = live(stocktaking.seeded(kept.seed()));
                    return Deviations.of(kept.stock(), live, scope, kept.stock().roles());
                });
            } catch (LockkeeperException e) {
                throw withPrelude(e, users);
            }
        }

        /** A second session halves the time; where the server has no place for it, one will do. */
        private Side live(Stocktaking seeded) {
            Session another;
            try {
                another = component.look();
            } catch (LockkeeperException e) {
                return Side.Live.of(seeded, session);
            }
            try (another) {
                return Side.Live.of(seeded, session, another);
            }
        }

        /** What the throw-away server lacks may be what every database of the platform has. */
        private LockkeeperException withPrelude(LockkeeperException e, Set<String> users) {
            if (e.problems().stream().noneMatch(p -> p.code() == Code.DRIFT_UNKNOWN && p.server() != null)) {
                return e;
            }
            List<String> lines = Platform.prelude(session, users);
            return lines.isEmpty()
                    ? e
                    : new LockkeeperException(
                            e.problems().stream()
                                    .map(p -> p.note("a prelude with the roles of this database, for --prelude FILE:\n"
                                            + String.join("\n", lines)))
                                    .toList(),
                            e);
        }
    }

    /** The major version of a session's server. */
    static int major(Session session) {
        return Integer.parseInt(session.serverVersion().replaceFirst("^(\\d+)(?s:.*)$", "$1"));
    }
}

package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.stewardship.retention.Counting;
import dev.lockkeeper.stewardship.retention.Due;
import dev.lockkeeper.stewardship.retention.Evidence;
import dev.lockkeeper.stewardship.retention.Job;
import dev.lockkeeper.stewardship.retention.Jobs;
import dev.lockkeeper.stewardship.retention.Pace;
import dev.lockkeeper.stewardship.retention.RetentionRun;
import dev.lockkeeper.stewardship.retention.RetentionWriter;
import dev.lockkeeper.stewardship.retention.Vault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper retain}: lets rows go whose time is over. */
final class RetainCommand implements Command {
    static final String EXECUTE = "--execute";
    static final String CONFIRM = "--confirm";
    private static final String TABLE = "--table";
    private static final String BATCH = "--batch";
    private static final String PAUSE = "--pause";
    private static final String LAG = "--max-lag";
    static final String ARCHIVE = "--archive";

    private final Map<String, String> variables;

    RetainCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "retain",
                        "Tells which rows the classification file says are kept no longer; with --execute it deletes, anonymizes or"
                                + " archives them, in small batches with a pause between them. Rows under a hold stay. Each"
                                + " batch leaves evidence in the record and in the audit chain, and a run that was cut off goes on"
                                + " with the next one."))
                .addOption(OptionSpec.builder(EXECUTE)
                        .description("do it; without this nothing is changed")
                        .build())
                .addOption(Options.repeated(TABLE, "SCHEMA.TABLE", "only this table; may be repeated (default: all)"))
                .addOption(Options.text(BATCH, "N", "rows in one transaction (default: 1000)"))
                .addOption(Options.text(PAUSE, "TIME", "between two batches (default: 100ms)"))
                .addOption(Options.text(LAG, "TIME", "wait while a replica is further behind (default: 10s)"))
                .addOption(Options.text(ARCHIVE, "DIR", "the folder for archives, which are never overwritten"))
                .addOption(Options.text(
                        CONFIRM, "DATABASE", "the name of the database, where the environment wants it named"))
                .addOption(Options.patience());
        return Options.examples(
                spec,
                "lockkeeper retain",
                "lockkeeper retain --execute --archive archive",
                "lockkeeper retain --environment staging --table app.event --output json");
    }

    /** What came of one database. */
    private record Told(List<Due> due, RetentionRun.@Nullable Result result) {}

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        terminal.interruption().cancels(Interruption.TAKEN_BACK);
        boolean execute = arguments.hasMatchedOption(EXECUTE);
        Pace pace = new Pace(
                Workplace.number(Options.value(arguments, BATCH, Integer.toString(Pace.USUAL.batch())), BATCH),
                Options.duration(arguments, PAUSE, Pace.USUAL.pause()),
                Options.duration(arguments, LAG, Pace.USUAL.lag()));
        Stewardship stewardship = Stewardship.of(arguments, variables, terminal);
        Set<ObjectName> tables = tables(arguments, stewardship);
        if (execute) {
            stewardship.admit(terminal, arguments.matchedOptionValue(CONFIRM, null));
        }
        Vault vault = arguments.hasMatchedOption(ARCHIVE)
                ? new Vault(Workplace.path(Options.value(arguments, ARCHIVE, "")))
                : null;
        RetentionWriter writer = new RetentionWriter(terminal.style());
        Map<String, Told> told = new LinkedHashMap<>();
        for (Worksite site : stewardship.sites()) {
            Lockkeeper database = site.lockkeeper();
            terminal.result(terminal.style().strong(database.target().toString()));
            told.put(
                    database.target().toString(),
                    execute
                            ? done(
                                    stewardship,
                                    site,
                                    tables,
                                    pace,
                                    vault,
                                    Options.patience(arguments),
                                    writer,
                                    terminal)
                            : counted(stewardship, database, tables, writer, terminal));
        }
        List<Problem> problems = told.values().stream()
                .flatMap(one -> one.result() == null ? Stream.of() : one.result().problems().stream())
                .toList();
        if (!problems.isEmpty()) {
            terminal.error(new LockkeeperException(problems));
        } else if (!execute) {
            boolean none = told.values().stream().allMatch(one -> one.due().isEmpty());
            terminal.result(
                    none
                            ? "The file has no table here whose rows have days after which they go."
                            : "Nothing was changed. Add " + EXECUTE + " to do it.");
        }
        terminal.result(
                RetentionWriter.SCHEMA,
                json -> json.put("executed", execute)
                        .array("databases", told.entrySet(), (j, one) -> json(j, one.getKey(), one.getValue()))
                        .array("errors", problems, Json::problem));
        return problems.isEmpty() ? 0 : problems.get(0).category().exitCode();
    }

    private static Told counted(
            Stewardship stewardship,
            Lockkeeper database,
            Set<ObjectName> tables,
            RetentionWriter writer,
            Terminal terminal) {
        try (Session session = database.look()) {
            List<Due> due = new ArrayList<>();
            for (Job job : Jobs.of(session, stewardship.classification(), stewardship.model(session), tables)) {
                Due one = new Counting(session).look(job);
                due.add(one);
                terminal.result(writer.text(one));
            }
            return new Told(due, null);
        }
    }

    private static Told done(
            Stewardship stewardship,
            Worksite site,
            Set<ObjectName> tables,
            Pace pace,
            @Nullable Vault vault,
            Duration patience,
            RetentionWriter writer,
            Terminal terminal) {
        Lockkeeper database = site.lockkeeper();
        return database.upkeep(
                "retain", patience, holder -> terminal.progress("waiting: held by " + Style.line(holder)), session -> {
                    Model model = stewardship.model(session);
                    List<Job> jobs = Jobs.of(session, stewardship.classification(), model, tables);
                    Evidence evidence = new Evidence(
                            database.data(),
                            UUID.randomUUID(),
                            site.component(),
                            database.target().toString(),
                            stewardship.classification().digest());
                    return new Told(
                            List.of(),
                            new RetentionRun(session, evidence, pace, vault, terminal::progress)
                                    .run(model, jobs, gone -> terminal.result(writer.text(gone))));
                });
    }

    private static Set<ObjectName> tables(ParseResult arguments, Stewardship stewardship) {
        Set<ObjectName> known = stewardship.classification().tables().keySet();
        Set<ObjectName> chosen = new LinkedHashSet<>();
        for (String name : Options.values(arguments, TABLE)) {
            List<ObjectName> meant =
                    known.stream().filter(one -> one.isMeantBy(name)).sorted().toList();
            if (meant.size() > 1) {
                throw Problem.of(Code.USAGE, "the classification file has several tables " + name)
                        .help("name one: "
                                + meant.stream().map(ObjectName::quoted).collect(Collectors.joining(", ")))
                        .asException();
            }
            if (meant.isEmpty()) {
                throw Problem.of(Code.USAGE, "the classification file has no table " + name)
                        .help(Nearest.to(
                                        name,
                                        known.stream().map(ObjectName::toString).toList())
                                .map(n -> "did you mean " + n + "?")
                                .orElse("name one of the file, with its schema"))
                        .asException();
            }
            chosen.addAll(meant);
        }
        return chosen;
    }

    private static void json(Json json, String database, Told told) {
        json.put("database", database);
        RetentionRun.Result result = told.result();
        if (result == null) {
            json.array("tables", told.due(), RetentionWriter::json);
        } else {
            json.array("tables", result.gone(), RetentionWriter::json);
        }
    }
}

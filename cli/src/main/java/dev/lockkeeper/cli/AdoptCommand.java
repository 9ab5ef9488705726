package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.adopt.Adoption;
import dev.lockkeeper.adopt.Predecessor;
import dev.lockkeeper.history.OtherTool;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.AdoptionReport;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper adopt} and {@code lockkeeper baseline}: they differ in what they take over from. */
final class AdoptCommand implements Command {
    private static final String REASON = "--reason";
    private static final String DRY_RUN = "--dry-run";
    private static final String FROM = "--from";

    private final boolean baseline;
    private final Map<String, String> variables;

    private AdoptCommand(boolean baseline, Map<String, String> variables) {
        this.baseline = baseline;
        this.variables = variables;
    }

    static AdoptCommand adopt(Map<String, String> variables) {
        return new AdoptCommand(false, variables);
    }

    static AdoptCommand baseline(Map<String, String> variables) {
        return new AdoptCommand(true, variables);
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(
                baseline
                        ? Options.command(
                                "baseline",
                                "Takes a database as it is: marks every migration up to a version as applied without"
                                        + " running it.")
                        : Options.command(
                                "adopt",
                                "Takes over the history that another tool keeps in the database. What can be verified is"
                                        + " verified; the other tool's table is only read; no migration runs."));
        if (baseline) {
            spec.addPositional(Options.positional("VERSION", "the newest migration that the database holds", true));
        } else {
            String tools = OtherTool.readable().stream().map(OtherTool::key).collect(Collectors.joining(", "));
            spec.addOption(
                    Options.text(FROM, "TOOL", "whose history, if there are several: " + tools + "; or its table"));
        }
        spec.addOption(Options.text(REASON, "TEXT", "why; it is kept in the audit chain"))
                .addOption(OptionSpec.builder(DRY_RUN)
                        .description("show what would be taken over; write nothing")
                        .build())
                .addOption(Options.patience());
        return baseline
                ? Options.examples(
                        spec,
                        "lockkeeper baseline 3 --dry-run",
                        "lockkeeper baseline 3 --reason \"made by hand until now\"",
                        "lockkeeper baseline 3 --component analytics --reason \"restored from a dump\"")
                : Options.examples(
                        spec,
                        "lockkeeper adopt --dry-run",
                        "lockkeeper adopt --reason \"we move from Flyway\"",
                        "lockkeeper adopt --from golang-migrate --environment staging --reason \"trial\"");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Predecessor predecessor = predecessor(arguments);
        boolean write = !arguments.hasMatchedOption(DRY_RUN);
        String reason = Options.value(arguments, REASON, "");
        if (write && reason.isBlank()) {
            throw Problem.of(Code.USAGE, predecessor.action() + " needs a reason")
                    .because("it is kept in the audit chain, for whoever asks why no run stands behind these rows")
                    .help("say it with --reason TEXT, or look first with --dry-run")
                    .asException();
        }
        Duration patience = Options.patience(arguments);
        List<Lockkeeper> components = write
                ? Workplace.openToChange(arguments, variables, terminal)
                : Workplace.open(arguments, variables, terminal);
        if (baseline && components.size() > 1) {
            throw Problem.of(Code.USAGE, "baseline takes one component at a time")
                    .because("a version means something else in each of them")
                    .help("name it with --component")
                    .asException();
        }
        Map<Lockkeeper, Adoption> done = new LinkedHashMap<>();
        List<Problem> errors = new ArrayList<>();
        @Nullable LockkeeperException failure = null;
        for (Lockkeeper component : components) {
            try {
                Adoption adoption = write
                        ? component.adopt(
                                predecessor,
                                reason,
                                patience,
                                holder -> terminal.progress("waiting: component "
                                        + component.migrations().component() + " is held by " + Style.line(holder)))
                        : component.previewAdoption(predecessor);
                done.put(component, adoption);
                terminal.result(AdoptionReport.text(adoption, component.target().toString(), write, terminal.style()));
            } catch (LockkeeperException e) {
                // the other components are independent, and their reasons are wanted too
                failure = failure == null ? e : failure;
                errors.addAll(e.problems());
                terminal.error(e);
            }
        }
        terminal.result(
                "lockkeeper/adopt/v1",
                json -> json.array(
                                "components",
                                done.entrySet(),
                                (j, entry) -> AdoptionReport.json(
                                        j,
                                        entry.getValue(),
                                        entry.getKey().target().toString(),
                                        write))
                        .array("errors", errors, Json::problem));
        return failure == null ? 0 : failure.category().exitCode();
    }

    private Predecessor predecessor(ParseResult arguments) {
        return baseline
                ? new Predecessor.Baseline(Workplace.version(arguments.matchedPositionalValue(0, "")))
                : new Predecessor.Tool(arguments.matchedOptionValue(FROM, null));
    }
}

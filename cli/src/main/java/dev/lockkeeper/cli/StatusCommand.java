package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.gate.GateRecord;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.report.StatusReport;
import dev.lockkeeper.telemetry.Measure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper status}: which migrations are applied, which are pending. */
final class StatusCommand implements Command {
    private final Map<String, String> variables;

    StatusCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                "status", "Shows which migrations are applied, pending, altered, missing or unfinished."));
        spec.addOption(OptionSpec.builder(Options.ALL)
                .description("show also what was applied long ago, line by line")
                .build());
        spec.addOption(OptionSpec.builder(Options.CHECK)
                .description("end with exit code 3 when anything is not applied as its file says")
                .build());
        return Options.examples(
                spec,
                "lockkeeper status --database postgresql://me@localhost/shop",
                "lockkeeper status --environment staging --wait=2min",
                "lockkeeper status --environment staging --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        List<Worksite> sites = Workplace.sites(arguments, Workplace.project(arguments), variables, terminal);
        List<Lockkeeper> components = sites.stream().map(Worksite::lockkeeper).toList();
        List<Status> statuses = new ArrayList<>();
        Set<String> databases = new HashSet<>();
        for (Worksite site : sites) {
            Lockkeeper component = site.lockkeeper();
            Status status = component.status();
            statuses.add(status);
            terminal.narration()
                    .telemetry()
                    .measured(new Measure.Pending(status.component(), status.count(Status.State.PENDING)));
            terminal.result(StatusReport.text(
                    status,
                    component.target().toString(),
                    arguments.hasMatchedOption(Options.ALL),
                    next(site, arguments.hasMatchedOption(Options.ENVIRONMENT)),
                    terminal.style()));
            status.doubts().forEach(terminal::warn);
            if (databases.add(component.target().address())) {
                emergencies(component, terminal);
            }
        }
        terminal.result(
                "lockkeeper/status/v1",
                json -> json.array(
                        "components",
                        statuses,
                        (j, status) -> StatusReport.json(
                                j,
                                status,
                                components
                                        .get(statuses.indexOf(status))
                                        .target()
                                        .toString())));
        return arguments.hasMatchedOption(Options.CHECK) && !statuses.stream().allMatch(Status::isCurrent)
                ? Category.FINDINGS.exitCode()
                : 0;
    }

    /** All components of a database have one record. */
    private static void emergencies(Lockkeeper component, Terminal terminal) {
        try {
            List<GateRecord.Open> open = component.emergencies();
            terminal.narration()
                    .telemetry()
                    .measured(new Measure.Emergencies(component.target().database(), open.size()));
            terminal.warn(open.stream().map(GateRecord.Open::problem).toList());
        } catch (LockkeeperException e) {
            terminal.warn(e.problems());
        }
    }

    /** What applies there what is pending. */
    private static String next(Worksite site, boolean named) {
        return site.rules().demandPlan()
                ? "lockkeeper plan --environment " + site.rules().environment() + " --out plan.json"
                : "lockkeeper apply" + (named ? " --environment " + site.environment() : "");
    }
}

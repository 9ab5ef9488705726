package dev.lockkeeper.cli;

import dev.lockkeeper.fleet.Fleet;
import dev.lockkeeper.fleet.FleetResult;
import dev.lockkeeper.fleet.FleetStatus;
import dev.lockkeeper.gate.EnvironmentRules;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.FleetDeclaration;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Protection;
import dev.lockkeeper.project.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper fleet}: the same migrations on many schemas or databases. */
final class FleetCommand implements Command {
    private static final List<String> ACTIONS = List.of("apply", "rollback", "status");
    private static final String PARALLEL = "--parallel";

    private final Map<String, String> variables;

    FleetCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(
                        Options.command(
                                "fleet",
                                "Applies, rolls back or shows the same migrations on many schemas or databases: in waves, several"
                                        + " targets at once. Nothing is begun after a failure; run the same command again to go on."))
                .addPositional(positional(0, "ACTION", "apply, rollback or status"))
                .addPositional(positional(1, "NAME", "a fleet of the project"))
                .addOption(Options.text(
                        Options.TO,
                        "VERSION",
                        "apply: stop after this version; rollback: go back to this version, which stays applied, 0 for"
                                + " all (a rollback must say it)"))
                .addOption(
                        Options.text(PARALLEL, "N", "how many targets at once (default: what the project says, or 4)"))
                .addOption(Options.yes())
                .addOption(Options.patience());
        return Options.examples(
                spec,
                "lockkeeper fleet apply tenants --database postgresql://me@localhost/shop",
                "lockkeeper fleet status tenants",
                "lockkeeper fleet rollback tenants --to 0 --parallel 8 --yes");
    }

    private static PositionalParamSpec positional(int index, String label, String description) {
        return PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .paramLabel(label)
                .type(String.class)
                .arity("1")
                .required(true)
                .description(description)
                .build();
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        if (!ACTIONS.contains(action)) {
            throw Problem.of(Code.USAGE, "a fleet has no action " + action)
                    .help(Nearest.to(action, ACTIONS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", ACTIONS)))
                    .asException();
        }
        Request request = request(action, arguments);
        Duration patience = Options.patience(arguments);
        Project project = Workplace.project(arguments);
        FleetDeclaration declared = project.fleet(arguments.matchedPositionalValue(1, ""));
        @Nullable String parallel = arguments.matchedOptionValue(PARALLEL, null);
        FleetDeclaration fleet = parallel == null ? declared : declared.withParallel(parallel(parallel));
        if (!action.equals("status")) {
            requireFree(project, arguments, fleet, variables);
        }
        Fleet opened = open(project, fleet, arguments, variables, terminal);
        opened.components().forEach(component -> Workplace.warn(component, terminal));
        if (opened.targets().isEmpty()) {
            terminal.progress("note: fleet " + fleet.name() + " has no targets: its query gives no row");
        }
        if (action.equals("rollback") && request.to() != null && !arguments.hasMatchedOption(Options.YES)) {
            new Consent(terminal, false, System.in).demand(opened.losses(request));
        }
        return action.equals("status")
                ? status(opened, fleet, terminal)
                : run(opened, fleet, request, patience, terminal);
    }

    /** A fleet has no plan file yet, and nobody is asked for each of its targets. */
    private static void requireFree(
            Project project, ParseResult arguments, FleetDeclaration fleet, Map<String, String> variables) {
        Environment named = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        Target target = Workplace.targets(arguments, variables)
                .resolve(arguments.matchedOptionValue(Options.DATABASE, null), named, null);
        for (Component component : project.select(fleet.components())) {
            Environment environment = new Ruling(project, variables).of(named, component, target);
            EnvironmentRules rules = EnvironmentRules.of(project, environment, component);
            rules.closed().ifPresent(problem -> {
                throw problem.asException();
            });
            if (!rules.demandNothing() || environment.protection().confirmation() != Protection.Confirmation.NONE) {
                throw Problem.of(
                                Code.ENVIRONMENT_CLOSED,
                                "environment " + environment.name() + " has rules that a fleet cannot keep yet")
                        .because("approvals, confirmations and maintenance windows are of single databases")
                        .help("run lockkeeper apply --plan FILE on each database")
                        .asException();
            }
        }
    }

    static Fleet open(
            Project project,
            FleetDeclaration fleet,
            ParseResult arguments,
            Map<String, String> variables,
            Terminal terminal) {
        Environment environment = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        List<String> asked = Options.values(arguments, Options.COMPONENT);
        Target target = Workplace.targets(arguments, variables)
                .resolve(arguments.matchedOptionValue(Options.DATABASE, null), environment, null);
        Workplace.await(arguments, Stream.of(target), terminal);
        return Fleet.open(
                project,
                fleet,
                project.select(asked.isEmpty() ? fleet.components() : asked),
                environment,
                Options.pairs(arguments),
                target);
    }

    private static Request request(String action, ParseResult arguments) {
        if (!action.equals("rollback")) {
            return RunCommand.applyRequest(arguments);
        }
        String to = arguments.matchedOptionValue(Options.TO, "");
        // the fleet itself says why a rollback needs a version
        return to.isEmpty() ? Request.rollback(1) : Request.rollbackTo(Workplace.version(to));
    }

    private static int parallel(String text) {
        int number = Workplace.number(text, PARALLEL);
        if (number < 1 || number > FleetDeclaration.MOST_PARALLEL) {
            throw Problem.of(Code.USAGE, text + " is not a number for " + PARALLEL)
                    .help("use a number from 1 to " + FleetDeclaration.MOST_PARALLEL)
                    .asException();
        }
        return number;
    }

    private static int run(
            Fleet fleet, FleetDeclaration declared, Request request, Duration patience, Terminal terminal) {
        FleetProgress progress = new FleetProgress(terminal, fleet.targets().size());
        FleetFollowing following =
                new FleetFollowing(terminal.narration(), request.direction().command());
        FleetResult result =
                fleet.run(request, patience, terminal.narration().telemetry().tracing(), following.andThen(progress));
        terminal.clear();
        FleetWriter writer = new FleetWriter(declared.name(), terminal.style());
        String command = request.direction() == Direction.UP ? "apply" : "rollback";
        terminal.result(writer.text(result, command));
        terminal.result(FleetWriter.RUN, json -> writer.json(json, result, command, fleet.waves()));
        result.outcomes().stream()
                .filter(o -> !o.problems().isEmpty())
                .forEach(o -> terminal.error(new LockkeeperException(o.problems().stream()
                        .map(p -> named(p, declared.name(), o.target()))
                        .toList())));
        return result.failure().map(Category::exitCode).orElse(0);
    }

    private static Problem named(Problem problem, String fleet, String target) {
        Problem named = problem.note("target: " + target);
        return problem.code() == Code.STEP_FAILED
                ? named.note("to repair it here add: --fleet " + fleet + " --target " + target)
                : named;
    }

    private static int status(Fleet fleet, FleetDeclaration declared, Terminal terminal) {
        List<FleetStatus> statuses = fleet.status();
        FleetWriter writer = new FleetWriter(declared.name(), terminal.style());
        terminal.result(writer.text(statuses));
        terminal.result(FleetWriter.STATUS, json -> writer.json(json, statuses));
        List<LockkeeperException> failures = statuses.stream()
                .filter(s -> !s.problems().isEmpty())
                .map(s -> new LockkeeperException(s.problems().stream()
                        .map(p -> p.note("target: " + s.target()))
                        .toList()))
                .toList();
        failures.forEach(terminal::error);
        return failures.isEmpty() ? 0 : failures.get(0).category().exitCode();
    }
}

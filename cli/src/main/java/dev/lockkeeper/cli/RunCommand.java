package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.Untried;
import dev.lockkeeper.gate.DryRunGate;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Protection;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.telemetry.Followed;
import dev.lockkeeper.telemetry.Follower;
import dev.lockkeeper.trace.Traceparent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper apply} and {@code lockkeeper rollback}: they differ in direction only. */
final class RunCommand implements Command {
    private static final String CONFIRM = "--confirm";
    private static final String DRY_RUN = "--dry-run";

    private final Direction direction;
    private final Map<String, String> variables;

    private RunCommand(Direction direction, Map<String, String> variables) {
        this.direction = direction;
        this.variables = variables;
    }

    static RunCommand apply(Map<String, String> variables) {
        return new RunCommand(Direction.UP, variables);
    }

    static RunCommand rollback(Map<String, String> variables) {
        return new RunCommand(Direction.DOWN, variables);
    }

    @Override
    public CommandSpec spec() {
        boolean up = direction == Direction.UP;
        CommandSpec spec = Options.target(Options.command(
                direction.command(),
                up
                        ? "Brings a database to the newest or a named version. Each migration is one transaction with its"
                                + " history row; after a kill at any instant, run the same command again."
                        : "Takes a database back by its down scripts: the newest migration, N of them, or all after a"
                                + " version."));
        spec.addOption(Options.text(
                        Options.TO,
                        "VERSION",
                        up ? "stop after this version" : "go back to this version, which stays applied; 0 for all"))
                .addOption(Options.patience())
                .addOption(Options.notices())
                .addOption(Options.text(
                        PlanPassage.PLAN,
                        "FILE",
                        "run exactly this plan, with the approvals beside it, or nothing; in its environment"))
                .addOption(OptionSpec.builder(DRY_RUN)
                        .description(
                                "try it on the database itself, in one transaction that is rolled back; what cannot"
                                        + " be tried so is rehearsed on a throw-away server")
                        .build())
                .addOption(Options.text(
                        CONFIRM, "NAME", "the name of the database, where an environment wants it from a job"))
                .addOption(
                        Options.text(
                                PlanPassage.EMERGENCY,
                                "REASON",
                                "with --plan, where allowed: without approvals and at any time; two persons approve afterwards"))
                .addOption(RunReport.option());
        if (!up) {
            spec.addOption(Options.text(Options.STEPS, "N", "how many migrations to take back (default: 1)"))
                    .addOption(Options.yes());
        }
        return up
                ? Options.examples(
                        spec,
                        "lockkeeper apply --database postgresql://me@localhost/shop",
                        "lockkeeper apply --environment staging --to 4",
                        "lockkeeper apply --environment staging --dry-run",
                        "lockkeeper apply --plan plan.json --confirm shop",
                        "lockkeeper apply --component analytics --set schema=stats")
                : Options.examples(
                        spec,
                        "lockkeeper rollback --database postgresql://me@localhost/shop",
                        "lockkeeper rollback --steps 3 --yes",
                        "lockkeeper rollback --steps 3 --dry-run",
                        "lockkeeper rollback --to 0",
                        "lockkeeper rollback --plan back.json");
    }

    static Request applyRequest(ParseResult arguments) {
        String to = arguments.matchedOptionValue(Options.TO, "");
        return to.isEmpty() ? Request.apply() : Request.applyTo(Workplace.version(to));
    }

    static Request rollbackRequest(ParseResult arguments) {
        String to = arguments.matchedOptionValue(Options.TO, "");
        if (!to.isEmpty() && arguments.hasMatchedOption(Options.STEPS)) {
            throw Problem.of(Code.USAGE, "--to and --steps exclude each other").asException();
        }
        return to.isEmpty()
                ? Request.rollback(Workplace.number(Options.value(arguments, Options.STEPS, "1"), Options.STEPS))
                : Request.rollbackTo(Workplace.version(to));
    }

    @Override
    public @Nullable Traceparent origin(ParseResult arguments) {
        return PlanPassage.origin(arguments);
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        boolean planned = arguments.hasMatchedOption(PlanPassage.PLAN);
        requireAlone(arguments, planned);
        Request request = direction == Direction.UP ? applyRequest(arguments) : rollbackRequest(arguments);
        Duration patience = Options.patience(arguments);
        RunReport report = RunReport.of(arguments);
        @Nullable PlanPassage passage = planned ? PlanPassage.of(arguments, direction, variables, terminal) : null;
        List<Worksite> sites = passage == null
                ? new ArrayList<>(Workplace.sites(arguments, Workplace.project(arguments), variables, terminal))
                : new ArrayList<>(passage.gates().keySet());
        if (direction == Direction.DOWN && passage == null) {
            // a later component may build on an earlier one, so it goes first on the way back
            Collections.reverse(sites);
        }
        sites.forEach(site -> site.tell(terminal));
        Confirmation confirmation = new Confirmation(terminal, arguments.matchedOptionValue(CONFIRM, null), System.in);
        boolean dry = arguments.hasMatchedOption(DRY_RUN);
        RunProgress progress = new RunProgress(terminal, arguments.hasMatchedOption(Options.NOTICES), dry);
        terminal.interruption()
                .during(
                        () -> interrupted(terminal, progress, report),
                        errors -> terminal.print(object(terminal, progress, errors)));
        @Nullable LockkeeperException failure = null;
        try {
            if (passage != null) {
                passage.require(terminal);
            }
            for (Worksite site : sites) {
                Lockkeeper component = site.lockkeeper()
                        .traced(terminal.narration().telemetry().tracing());
                Follower follower = terminal.narration()
                        .follow(Followed.of(
                                site.component(),
                                direction.command(),
                                dry,
                                site.rules().environment(),
                                component.target()));
                Consent consent = new Consent(terminal, said(arguments, site), System.in);
                progress.begin(site.component(), component.target().toString());
                Consumer<Event> listener = event -> {
                    follower.accept(event);
                    progress.accept(event);
                    if (event instanceof Event.Planned made && dry) {
                        progress.losses(component.losses(made.plan()));
                    } else if (event instanceof Event.Planned made) {
                        shortOf(request, made.plan(), terminal, planned);
                        // under the lock, so that what is shown is what will go
                        List<Loss> losses = component.losses(made.plan());
                        progress.losses(losses);
                        consent.demand(losses);
                        if (!made.plan().isEmpty()) {
                            confirmation.demand(site);
                        }
                    }
                };
                try {
                    if (dry) {
                        dryRun(arguments, site, component, request, patience, progress, listener, terminal);
                    } else if (passage == null) {
                        component.run(request, patience, site.gate(), listener);
                    } else {
                        component.run(Objects.requireNonNull(passage.gates().get(site)), patience, listener);
                    }
                } catch (LockkeeperException e) {
                    follower.failed(e);
                    throw passage == null ? e : passage.refused(site, e);
                } finally {
                    follower.end();
                }
            }
        } catch (LockkeeperException e) {
            failure = planned ? new NamedPlan(Options.value(arguments, PlanPassage.PLAN, "")).in(e) : e;
        } finally {
            progress.close();
        }
        List<Problem> errors = failure == null ? List.of() : failure.problems();
        try {
            boolean nothing = failure == null && progress.runs().stream().noneMatch(RunProgress.Run::hasWork);
            if (nothing && passage != null && report.tells(passage.file().digest())) {
                terminal.progress("note: " + report.file() + " keeps the report of the run that did this plan");
            } else {
                report.write(object(terminal, progress, errors));
            }
        } catch (LockkeeperException e) {
            failure = withReport(failure, e, progress);
        }
        if (terminal.json() && terminal.interruption().end()) {
            terminal.print(object(terminal, progress, failure == null ? List.of() : failure.problems()));
        }
        if (failure != null) {
            terminal.error(failure);
            boolean kept = progress.runs().stream().anyMatch(RunProgress.Run::hasKept);
            return (kept ? failure.category().whenKept() : failure.category()).exitCode();
        }
        return 0;
    }

    /** Whether the command line may say that data may go: where a person is wanted, only that person may. */
    private boolean said(ParseResult arguments, Worksite site) {
        boolean typed = site.rules().protection().confirmation() == Protection.Confirmation.TYPED;
        return direction == Direction.UP || (arguments.hasMatchedOption(Options.YES) && !typed);
    }

    private static void dryRun(
            ParseResult arguments,
            Worksite site,
            Lockkeeper component,
            Request request,
            Duration patience,
            RunProgress progress,
            Consumer<Event> listener,
            Terminal terminal) {
        List<Untried> untried = component.dryRun(request, patience, new DryRunGate(site.rules()), listener);
        progress.untried(untried);
        RunProgress.Run run = progress.runs().get(progress.runs().size() - 1);
        if (run.hasWork()) {
            terminal.result(run.sentence() + ".");
        }
        if (!untried.isEmpty()) {
            List<Script> prelude = Subject.prelude(Workplace.project(arguments), arguments);
            TargetRehearsing.Outcome rehearsed = new TargetRehearsing(List.of(site), prelude, List.of(), 1, terminal)
                    .rehearse(request, untried.get(0).step().name());
            run.rehearsed(rehearsed);
            Problem stopped = rehearsed.report().stopped();
            if (stopped != null) {
                throw stopped.asException();
            }
        }
    }

    private static void requireAlone(ParseResult arguments, boolean planned) {
        if (planned && arguments.hasMatchedOption(DRY_RUN)) {
            throw Problem.of(Code.USAGE, DRY_RUN + " and " + PlanPassage.PLAN + " exclude each other")
                    .because("a dry run tries what apply and rollback would do now, and needs no approval")
                    .asException();
        }
        if (!planned && arguments.hasMatchedOption(PlanPassage.EMERGENCY)) {
            throw Problem.of(Code.USAGE, PlanPassage.EMERGENCY + " needs a plan file")
                    .because("it is the plan that two persons approve afterwards")
                    .help("lockkeeper plan --out plan.json, then add --plan plan.json")
                    .asException();
        }
        for (String option : List.of(Options.TO, Options.STEPS, Options.COMPONENT)) {
            if (planned && arguments.commandSpec().findOption(option) != null && arguments.hasMatchedOption(option)) {
                throw Problem.of(Code.USAGE, PlanPassage.PLAN + " and " + option + " exclude each other")
                        .because("the plan says what is run")
                        .asException();
            }
        }
    }

    /** Says that fewer are applied than shall be taken back. */
    private static void shortOf(Request request, Plan plan, Terminal terminal, boolean planned) {
        int there = plan.steps().size();
        if (!planned
                && request.direction() == Direction.DOWN
                && request.to() == null
                && there > 0
                && there < request.steps()) {
            terminal.progress("note: " + request.steps() + " were asked for, and " + there
                    + (there == 1 ? " is applied" : " are applied"));
        }
    }

    private String object(Terminal terminal, RunProgress progress, List<Problem> errors) {
        return terminal.object(
                "lockkeeper/run/v1",
                json -> json.put("direction", direction.command())
                        .put("dryRun", progress.isDry())
                        .array("components", progress.runs(), (j, run) -> run.json(j))
                        .array("errors", errors, Json::problem));
    }

    private Problem interrupted(Terminal terminal, RunProgress progress, RunReport report) {
        Problem told = progress.interrupted();
        try {
            report.write(object(terminal, progress, List.of(told)));
        } catch (LockkeeperException e) {
            return told.note(e.problems().get(0).message());
        }
        return told;
    }

    /** What the run has met comes first; what it has kept is kept whether or not there is a report of it. */
    private static LockkeeperException withReport(
            @Nullable LockkeeperException failure, LockkeeperException report, RunProgress progress) {
        boolean kept = progress.runs().stream().anyMatch(RunProgress.Run::hasKept);
        List<Problem> problems = new ArrayList<>(failure == null ? List.of() : failure.problems());
        report.problems().forEach(problem -> problems.add(problem.kept(kept)));
        return new LockkeeperException(problems, report);
    }
}

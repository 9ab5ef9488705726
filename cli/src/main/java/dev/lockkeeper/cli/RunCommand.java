package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper apply} and {@code lockkeeper rollback}: they differ in direction only. */
final class RunCommand implements Command {
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
                .addOption(Options.notices());
        if (!up) {
            spec.addOption(Options.text(Options.STEPS, "N", "how many migrations to take back (default: 1)"))
                    .addOption(Options.yes());
        }
        return up
                ? Options.examples(
                        spec,
                        "lockkeeper apply --database postgresql://me@localhost/shop",
                        "lockkeeper apply --environment staging --to 4",
                        "lockkeeper apply --component analytics --set schema=stats")
                : Options.examples(
                        spec,
                        "lockkeeper rollback --database postgresql://me@localhost/shop",
                        "lockkeeper rollback --steps 3 --yes",
                        "lockkeeper rollback --to 0");
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
    public int run(ParseResult arguments, Terminal terminal) {
        Request request = direction == Direction.UP ? applyRequest(arguments) : rollbackRequest(arguments);
        Duration patience = Options.patience(arguments);
        List<Lockkeeper> components = new ArrayList<>(Workplace.open(arguments, variables, terminal));
        if (direction == Direction.DOWN) {
            // a later component may build on an earlier one, so it goes first on the way back
            Collections.reverse(components);
        }
        Consent consent =
                new Consent(terminal, direction == Direction.UP || arguments.hasMatchedOption(Options.YES), System.in);
        RunProgress progress = new RunProgress(terminal, arguments.hasMatchedOption(Options.NOTICES));
        terminal.interruption().during(progress::interrupted, errors -> print(terminal, progress, errors));
        @Nullable LockkeeperException failure = null;
        try {
            for (Lockkeeper component : components) {
                progress.begin(
                        component.migrations().component(), component.target().toString());
                component.run(request, patience, event -> {
                    progress.accept(event);
                    if (event instanceof Event.Planned planned) {
                        shortOf(request, planned.plan(), terminal);
                        // under the lock, so that what is shown is what will go
                        List<Loss> losses = component.losses(planned.plan());
                        progress.losses(losses);
                        consent.demand(losses);
                    }
                });
            }
        } catch (LockkeeperException e) {
            failure = e;
        } finally {
            progress.close();
        }
        List<Problem> errors = failure == null ? List.of() : failure.problems();
        if (terminal.json() && terminal.interruption().end()) {
            print(terminal, progress, errors);
        }
        if (failure != null) {
            terminal.error(failure);
            boolean kept = progress.runs().stream().anyMatch(RunProgress.Run::hasKept);
            return (kept ? failure.category().whenKept() : failure.category()).exitCode();
        }
        return 0;
    }

    /** Says that fewer are applied than shall be taken back. */
    private static void shortOf(Request request, Plan plan, Terminal terminal) {
        int there = plan.steps().size();
        if (request.direction() == Direction.DOWN && request.to() == null && there > 0 && there < request.steps()) {
            terminal.progress("note: " + request.steps() + " were asked for, and " + there
                    + (there == 1 ? " is applied" : " are applied"));
        }
    }

    private void print(Terminal terminal, RunProgress progress, List<Problem> errors) {
        terminal.print(terminal.object(
                "lockkeeper/run/v1",
                json -> json.put("direction", direction.command())
                        .array("components", progress.runs(), (j, run) -> run.json(j))
                        .array("errors", errors, Json::problem)));
    }
}

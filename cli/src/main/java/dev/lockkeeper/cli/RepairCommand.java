package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.fleet.Fleet;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.source.Migrations;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper repair}: changes the record where a person knows better. */
final class RepairCommand implements Command {
    private static final String AS = "--as";
    private static final String FLEET = "--fleet";
    private static final String TARGET = "--target";

    private final Map<String, String> variables;

    RepairCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                "repair",
                "Changes Lockkeeper's record of one step where you know better, and keeps your reason in its audit table."
                        + " Runs no script."));
        String actions = Arrays.stream(Repair.Action.values())
                .map(a -> a.key() + ": " + a.meaning())
                .collect(Collectors.joining("; "));
        spec.addPositional(Options.positional("VERSION", "the migration, or R__NAME of a repeatable script", true))
                .addOption(Options.text(AS, "WORD", actions))
                .addOption(Options.text(FLEET, "NAME", "with --target: repair a target of this fleet"))
                .addOption(Options.text(TARGET, "NAME", "with --fleet: which of its schemas or databases"))
                .addOption(Options.text(Options.REASON, "TEXT", "why, for whoever reads the audit table later"))
                .addOption(
                        Options.text(Options.WAIT, "SECONDS", "how long to wait for another run to end (default: 60)"));
        return Options.examples(
                spec,
                "lockkeeper repair 5 --as not-applied --reason \"dropped by hand\"",
                "lockkeeper repair 5 --as not-applied --reason \"dropped by hand\" --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Repair repair =
                new Repair(arguments.matchedPositionalValue(0, ""), action(arguments), Options.reason(arguments));
        Duration patience =
                Duration.ofSeconds(Workplace.number(Options.value(arguments, Options.WAIT, "60"), Options.WAIT));
        Lockkeeper component = component(arguments, terminal);
        component.repair(repair, patience, holder -> terminal.progress("waiting: held by " + holder));
        String name = component.migrations().component();
        terminal.result(terminal.style().strong(name) + " in " + component.target() + ": " + repair.name()
                + " is repaired as " + repair.action().key() + ". lockkeeper status says what is next.");
        terminal.result(
                "lockkeeper/repair/v1",
                json -> json.put("component", name)
                        .put("database", component.target().toString())
                        .put("version", repair.name())
                        .put("action", repair.action().key())
                        .put("reason", repair.reason()));
        return 0;
    }

    private Lockkeeper component(ParseResult arguments, Terminal terminal) {
        String fleet = Options.value(arguments, FLEET, "");
        String target = Options.value(arguments, TARGET, "");
        if (fleet.isEmpty() != target.isEmpty()) {
            throw Problem.of(Code.USAGE, "--fleet and --target belong together")
                    .help("name both, or neither")
                    .asException();
        }
        if (fleet.isEmpty()) {
            return Workplace.one(Workplace.open(arguments, variables, terminal));
        }
        Project project = Workplace.project(arguments);
        Fleet opened = FleetCommand.open(project, project.fleet(fleet), arguments, variables);
        List<Migrations> components = opened.components();
        if (components.size() != 1) {
            throw Problem.of(Code.USAGE, "the fleet has several components")
                    .help("name one: --component " + components.get(0).component())
                    .asException();
        }
        return opened.component(target, components.get(0).component());
    }

    private static Repair.Action action(ParseResult arguments) {
        String word = Options.value(arguments, AS, "");
        List<String> known = Repair.Action.keys();
        return Repair.Action.of(word)
                .orElseThrow(() -> Problem.of(
                                Code.USAGE,
                                word.isEmpty() ? "what happened is not said" : word + " is no kind of repair")
                        .help(Nearest.to(word, known)
                                .map(n -> "did you mean --as " + n + "?")
                                .orElse("say --as WORD: one of " + String.join(", ", known)))
                        .asException());
    }
}

package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.fleet.Fleet;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.Migrations;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper repair}: changes the record where a person knows better. */
final class RepairCommand implements Command {
    static final String AS = "--as";
    private static final String FLEET = "--fleet";
    private static final String TARGET = "--target";
    private static final String MOVE_FROM = "--move-from";
    private static final String MOVE_RECORD = "--move-record";
    private static final String SEPARATE = "--separate";

    private final Map<String, String> variables;

    RepairCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                "repair",
                "Changes Lockkeeper's record where you know better, of one step or of where a component's history is, and"
                        + " keeps your reason in its audit chain. Runs no script."));
        String actions = Arrays.stream(Repair.Action.values())
                .map(a -> a.key() + ": " + a.meaning())
                .collect(Collectors.joining("; "));
        spec.addPositional(Options.positional("VERSION", "the migration, or R__NAME of a repeatable script", false))
                .addOption(Options.text(AS, "WORD", actions))
                .addOption(Options.text(
                        MOVE_FROM, "COMPONENT", "the component was renamed: move the history from its former name"))
                .addOption(Options.text(
                        MOVE_RECORD,
                        "SCHEMA",
                        "the record was in another schema of this database: move the component's history from there"))
                .addOption(OptionSpec.builder(SEPARATE)
                        .description("the component is a new one, although another history has its scripts")
                        .build())
                .addOption(Options.text(FLEET, "NAME", "with --target: repair a target of this fleet"))
                .addOption(Options.text(TARGET, "NAME", "with --fleet: which of its schemas or databases"))
                .addOption(Options.text(Options.REASON, "TEXT", "why, for whoever reads the audit chain later"))
                .addOption(Options.patience());
        return Options.examples(
                spec,
                "lockkeeper repair 5 --as not-applied --reason \"dropped by hand\"",
                "lockkeeper repair 5 --as not-applied --reason \"dropped by hand\" --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Duration patience = Options.patience(arguments);
        boolean moves = arguments.hasMatchedOption(MOVE_FROM) || arguments.hasMatchedOption(MOVE_RECORD);
        boolean separates = arguments.hasMatchedOption(SEPARATE);
        String version = arguments.matchedPositionalValue(0, "").replaceFirst("^[vV](?=\\d)", "");
        if (moves || separates) {
            if ((moves && separates) || !version.isEmpty() || arguments.hasMatchedOption(AS)) {
                throw Problem.of(Code.USAGE, "a repair changes one thing at a time")
                        .help("say VERSION --as WORD, or " + MOVE_FROM + " or " + MOVE_RECORD + ", or " + SEPARATE)
                        .asException();
            }
            String reason = Options.reason(arguments);
            return whole(arguments, component(arguments, terminal), moves, reason, patience, terminal);
        }
        if (version.isEmpty()) {
            throw Problem.of(Code.USAGE, "what to repair is missing")
                    .help("say VERSION --as WORD: lockkeeper status lists the versions")
                    .asException();
        }
        Repair repair = new Repair(version, action(arguments), Options.reason(arguments));
        Lockkeeper component = component(arguments, terminal);
        component.repair(repair, patience, holder -> terminal.progress("waiting: held by " + Style.line(holder)));
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

    /** Changes where the whole history of a component is. */
    private static int whole(
            ParseResult arguments,
            Lockkeeper component,
            boolean moves,
            String reason,
            Duration patience,
            Terminal terminal) {
        Consumer<String> waiting = holder -> terminal.progress("waiting: held by " + Style.line(holder));
        String name = component.migrations().component();
        String where = terminal.style().strong(name) + " in " + component.target() + ": ";
        if (moves) {
            List<String> moved = component.move(
                    arguments.matchedOptionValue(MOVE_RECORD, null),
                    arguments.matchedOptionValue(MOVE_FROM, null),
                    reason,
                    patience,
                    waiting);
            terminal.result(where + "the history is moved"
                    + (moved.size() == 1 ? "" : ", of " + moved.size() + " components and targets")
                    + ". lockkeeper status says what is next.");
        } else {
            component.separate(reason, patience, waiting);
            terminal.result(where + "it is a component of its own. lockkeeper status says what is next.");
        }
        terminal.result(
                "lockkeeper/repair/v1",
                json -> json.put("component", name)
                        .put("database", component.target().toString())
                        .put("version", (String) null)
                        .put("action", moves ? "move" : "separate")
                        .put("reason", reason));
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
            return Workplace.one(Workplace.openToChange(arguments, variables, terminal));
        }
        Project project = Workplace.project(arguments);
        Fleet opened = FleetCommand.open(project, project.fleet(fleet), arguments, variables, terminal);
        List<Migrations> components = opened.components();
        if (components.size() != 1) {
            throw Problem.of(Code.USAGE, "the fleet has several components")
                    .help("name one: --component " + components.get(0).component())
                    .asException();
        }
        String name = components.get(0).component();
        Lockkeeper repaired = opened.component(target, name);
        Component component = project.select(List.of(name)).get(0);
        Environment named = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        Environment environment = new Ruling(project, variables).of(named, component, repaired.target());
        return Worksite.requireOperator(repaired, Worksite.rules(arguments, project, environment, component));
    }

    private static Repair.Action action(ParseResult arguments) {
        String word = Options.value(arguments, AS, "");
        List<String> known = Repair.Action.keys();
        return Repair.Action.of(word)
                .orElseThrow(() -> Problem.of(
                                Code.USAGE, word.isEmpty() ? "--as is missing" : word + " is not a kind of repair")
                        .help(Nearest.to(word, known)
                                .map(n -> "did you mean --as " + n + "?")
                                .orElse("give --as WORD, one of " + String.join(", ", known)))
                        .asException());
    }
}

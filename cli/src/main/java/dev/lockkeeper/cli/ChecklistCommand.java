package dev.lockkeeper.cli;

import dev.lockkeeper.checklist.ChecklistReader;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper checklist}: walks persons through steps, and keeps who did what, when and with which result. */
final class ChecklistCommand implements Command {
    private static final List<String> ACTIONS =
            List.of("start", "show", "next", "run", "done", "skip", "walk", "finish", "print");
    static final String FILE = "--file";
    static final String CHECKLIST = "--checklist";

    private final Map<String, String> variables;
    private final Properties properties;

    ChecklistCommand(Map<String, String> variables, Properties properties) {
        this.variables = variables;
        this.properties = properties;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.project(Options.command(
                        "checklist",
                        "Walks persons through the steps of a checklist, by default the 16 of a migration, and keeps who did"
                                + " what, when and with which result, in a file to which lines are only added. Several persons"
                                + " can work on it."))
                .addPositional(Options.positional(
                        0,
                        "ACTION",
                        "start, show, next, run STEP, done STEP, skip STEP, walk, finish, or print the built-in checklist",
                        true))
                .addPositional(Options.positional(1, "STEP", "the id of a step, as show has it", false))
                .addOption(Options.text(FILE, "FILE", "what keeps it (default: release.checklist)"))
                .addOption(Options.text(CHECKLIST, "FILE", "start: another checklist than the built-in one"))
                .addOption(Options.set())
                .addOption(Options.text(
                        PlanDocument.MAKER, "NAME", "who does it (default: the mail address that git knows)"))
                .addOption(OptionSpec.builder(Options.REASON)
                        .paramLabel("TEXT")
                        .type(String.class)
                        .arity("1")
                        .description("skip: why; run: why once more; done: what was seen; finish: why it is called off")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper checklist start --set environment=staging",
                "lockkeeper checklist next",
                "lockkeeper checklist walk",
                "lockkeeper checklist show --output json");
    }

    /** A checklist has one trace, from its beginning to its end. */
    @Override
    public @Nullable Traceparent origin(ParseResult arguments) {
        if (List.of("start", "print").contains(arguments.matchedPositionalValue(0, ""))) {
            return null;
        }
        try {
            return ChecklistWork.log(arguments, () -> {}).read().origin();
        } catch (LockkeeperException e) {
            // told when it is read for its steps
            return null;
        }
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        if (!ACTIONS.contains(action)) {
            throw Problem.of(Code.USAGE, "checklist has no action " + action)
                    .help(Nearest.to(action, ACTIONS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", ACTIONS)))
                    .asException();
        }
        boolean ofStep = List.of("run", "done", "skip").contains(action);
        String step = arguments.matchedPositionalValue(1, "");
        if (ofStep == step.isEmpty()) {
            throw Problem.of(Code.USAGE, "checklist " + action + (ofStep ? " needs a step" : " takes no step"))
                    .help(ofStep ? "lockkeeper checklist " + action + " STEP; next shows which" : null)
                    .asException();
        }
        if (action.equals("print")) {
            terminal.out().print(ChecklistReader.builtInText());
            terminal.out().flush();
            return 0;
        }
        return new ChecklistWork(arguments, terminal, variables, properties).act(action, step);
    }
}

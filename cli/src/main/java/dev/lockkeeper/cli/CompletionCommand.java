package dev.lockkeeper.cli;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper completion}: the script by which a shell completes commands and options. */
final class CompletionCommand implements Command {
    private static final Set<String> FILES = Set.of("DIR", "FILE");
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final Map<String, Supplier<Command>> commands;

    /** @param commands all of them, by name */
    CompletionCommand(Map<String, Supplier<Command>> commands) {
        this.commands = commands;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec =
                Options.command("completion", "Prints the script by which a shell completes commands and options.");
        spec.addPositional(Options.positional("SHELL", "bash, zsh or fish", true));
        return Options.examples(spec, "lockkeeper completion bash", "lockkeeper completion fish");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String shell = arguments.matchedPositionalValue(0, "");
        if (!SHELLS.contains(shell)) {
            throw Problem.of(Code.USAGE, "there is no completion for " + shell)
                    .help(Nearest.to(shell, SHELLS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", SHELLS)))
                    .asException();
        }
        String script = shell.equals("fish") ? fish() : AutoComplete.bash("lockkeeper", root());
        terminal.result(script.lines().toList());
        terminal.result(
                "lockkeeper/completion/v1", json -> json.put("shell", shell).put("script", script));
        return 0;
    }

    private CommandLine root() {
        CommandSpec root = CommandSpec.create().name("lockkeeper");
        commands.forEach((name, command) ->
                root.addSubcommand(name, withValues(command.get().spec())));
        return new CommandLine(root);
    }

    /** The same with what a shell needs to complete names of files and words that are known. */
    private static CommandSpec withValues(CommandSpec spec) {
        // anew: a copy would keep the type of the original, whatever it is given
        for (OptionSpec option : List.copyOf(spec.options())) {
            List<String> words = words(option.longestName());
            spec.remove(option);
            spec.addOption(OptionSpec.builder(option.names())
                    .paramLabel(option.paramLabel())
                    .arity(option.arity())
                    .type(isFile(option) ? File.class : String.class)
                    .completionCandidates(words.isEmpty() ? null : words)
                    .build());
        }
        for (PositionalParamSpec argument : List.copyOf(spec.positionalParameters())) {
            List<String> words = words(argument.paramLabel());
            spec.remove(argument);
            spec.addPositional(PositionalParamSpec.builder()
                    .index(argument.index())
                    .paramLabel(argument.paramLabel())
                    .arity(argument.arity())
                    .type(isFile(argument) ? File.class : String.class)
                    .completionCandidates(words.isEmpty() ? null : words)
                    .build());
        }
        return spec;
    }

    /** What may follow an option, or stand for an argument; empty where only the user knows. */
    private static List<String> words(String name) {
        return switch (name) {
            case Options.CONVENTION -> Convention.keys();
            case Options.OUTPUT -> List.of("text", "json");
            case Options.COLOR -> List.of("auto", "always", "never");
            case Options.SERVER_VERSION -> List.of("15", "16", "17", "18");
            case RepairCommand.AS ->
                Arrays.stream(Repair.Action.values()).map(Repair.Action::key).toList();
            case "ACTION" -> List.of("apply", "rollback", "status");
            case "SHELL" -> SHELLS;
            default -> List.of();
        };
    }

    private String fish() {
        StringBuilder script = new StringBuilder("complete -c lockkeeper -f\n");
        commands.forEach((name, command) -> {
            CommandSpec spec = command.get().spec();
            script.append("complete -c lockkeeper -n __fish_use_subcommand -a ")
                    .append(name)
                    .append(" -d ")
                    .append(quoted(spec.usageMessage().description()))
                    .append('\n');
            for (PositionalParamSpec argument : spec.positionalParameters()) {
                if (!words(argument.paramLabel()).isEmpty()) {
                    script.append("complete -c lockkeeper -n '__fish_seen_subcommand_from ")
                            .append(name)
                            .append("' -a ")
                            .append(quoted(words(argument.paramLabel()).toArray(String[]::new)))
                            .append('\n');
                }
            }
            for (OptionSpec option : spec.options()) {
                List<String> words = words(option.longestName());
                script.append("complete -c lockkeeper -n '__fish_seen_subcommand_from ")
                        .append(name)
                        .append("' -l ")
                        .append(option.longestName().substring(2))
                        .append(option.arity().min() > 0 ? " -r" : "")
                        .append(isFile(option) ? " -F" : "")
                        .append(words.isEmpty() ? "" : " -a " + quoted(words.toArray(String[]::new)))
                        .append(" -d ")
                        .append(quoted(option.description()))
                        .append('\n');
            }
        });
        return script.toString();
    }

    private static boolean isFile(ArgSpec argument) {
        return FILES.contains(argument.paramLabel());
    }

    private static String quoted(String... lines) {
        return "'" + String.join(" ", lines).replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}

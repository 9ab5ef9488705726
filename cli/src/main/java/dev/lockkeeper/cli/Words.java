package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The words of a command line. Options may stand before the command, too.
 *
 * @param command what stands where a command should
 * @param rest what the command gets
 */
record Words(String command, List<String> rest) {
    /** What other tools call it; the part before the blank is one of our commands. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("migrate", "apply"),
            Map.entry("up", "apply"),
            Map.entry("update", "apply"),
            Map.entry("upgrade", "apply"),
            Map.entry("deploy", "apply"),
            Map.entry("down", "rollback"),
            Map.entry("undo", "rollback"),
            Map.entry("revert", "rollback"),
            Map.entry("downgrade", "rollback"),
            Map.entry("redo", "rollback, then apply"),
            Map.entry("info", "status"),
            Map.entry("history", "status"),
            Map.entry("ls", "status"),
            Map.entry("list", "status"),
            Map.entry("log", "status"),
            Map.entry("validate", "status --check"),
            Map.entry("check", "status --check"),
            Map.entry("wait", "status --wait"),
            Map.entry("diff", "plan"),
            Map.entry("dry-run", "plan"),
            Map.entry("test", "smoke"),
            Map.entry("verify", "smoke"),
            Map.entry("prove", "smoke"),
            Map.entry("create", "new"),
            Map.entry("add", "new"),
            Map.entry("generate", "new"),
            Map.entry("import", "adopt"),
            Map.entry("force", "repair"),
            Map.entry("resolve", "repair"),
            Map.entry("clear-checksums", "repair VERSION --as edited"));

    /**
     * Finds the command.
     *
     * @param options of any command
     * @throws LockkeeperException when there are options only
     */
    static Words of(List<String> arguments, Supplier<Collection<OptionSpec>> options) {
        if (!arguments.get(0).startsWith("-")) {
            return new Words(arguments.get(0), arguments.subList(1, arguments.size()));
        }
        Collection<OptionSpec> known = options.get();
        int at = 0;
        while (at < arguments.size() && arguments.get(at).startsWith("-")) {
            at += takesNext(known, arguments.get(at)) ? 2 : 1;
        }
        if (at >= arguments.size()) {
            throw Problem.of(Code.USAGE, "the command is missing")
                    .help("lockkeeper --help lists the commands")
                    .asException();
        }
        List<String> rest = new ArrayList<>(arguments);
        String command = rest.remove(at);
        return new Words(command, List.copyOf(rest));
    }

    private static boolean takesNext(Collection<OptionSpec> known, String word) {
        return known.stream()
                .filter(option -> List.of(option.names()).contains(word))
                .anyMatch(option -> option.arity().max() > 0);
    }

    /** The answer to a command that does not exist. */
    static LockkeeperException unknown(String command, Collection<String> commands) {
        Optional<String> here = Optional.ofNullable(ELSEWHERE.get(command));
        return Problem.of(Code.USAGE, "there is no command " + command)
                .help(here.map(ours -> "what other tools call " + command + " is lockkeeper " + ours)
                        .or(() -> Nearest.to(command, commands).map(n -> "did you mean " + n + "?"))
                        .orElse("lockkeeper --help lists the commands"))
                .asException();
    }
}

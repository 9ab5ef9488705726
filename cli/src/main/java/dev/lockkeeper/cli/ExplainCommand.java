package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper explain}: what an error code means. */
final class ExplainCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("explain", "Explains an error code, or lists all of them.");
        spec.addPositional(Options.positional("CODE", "the name in brackets after error", false));
        return Options.examples(spec, "lockkeeper explain duplicate-version");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String name = arguments.matchedPositionalValue(0, "");
        List<Code> chosen = name.isEmpty() ? List.of(Code.values()) : List.of(code(name));
        for (Code code : chosen) {
            terminal.result(terminal.style().strong(code.slug()) + " (exit code "
                    + code.category().exitCode() + ")");
            terminal.result("  " + code.explanation());
        }
        terminal.result(
                "lockkeeper/explain/v1",
                json -> json.array(
                        "codes",
                        chosen,
                        (j, code) -> j.put("code", code.slug())
                                .put("exitCode", code.category().exitCode())
                                .put("explanation", code.explanation())));
        return 0;
    }

    private static Code code(String name) {
        List<String> known = Arrays.stream(Code.values()).map(Code::slug).toList();
        return Arrays.stream(Code.values())
                .filter(c -> c.slug().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.of(Code.USAGE, "there is no code " + name)
                        .help(Nearest.to(name, known)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("lockkeeper explain lists all codes"))
                        .asException());
    }
}

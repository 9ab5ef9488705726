package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper mcp}: what programs that assist people may ask, over standard input and output. */
final class McpCommand implements Command {
    private final Map<String, String> variables;

    McpCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.project(
                        Options.command(
                                "mcp",
                                "Serves a program that assists, over standard input and output by the Model Context Protocol: status, plan,"
                                        + " lint, explain, drift and docs. None of them changes a database or a file of the"
                                        + " project; lint, drift and docs run its scripts on a throw-away server. Ends when standard input does."))
                .addOption(Options.text(
                        Options.ENVIRONMENT,
                        "NAME",
                        "look at this environment alone (default: the caller names one of the project)"));
        return Options.examples(spec, "lockkeeper mcp --project shop", "lockkeeper mcp --environment staging");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Project project = Workplace.project(arguments);
        String environment = Options.value(arguments, Options.ENVIRONMENT, "");
        if (!environment.isEmpty()) {
            project.environment(environment);
        }
        McpTools tools = McpTools.of(project, Options.value(arguments, Options.PROJECT, "."), environment);
        // a signal is how a client ends a server: nothing is to be told of it
        terminal.interruption().serves();
        try {
            new McpService(tools, variables).serve(System.in, terminal.out());
        } catch (NoClassDefFoundError e) {
            throw Problem.of(Code.UNEXPECTED, "a library of mcp is missing: " + e.getMessage())
                    .because("they lie in the folder lib/mcp beside the program, and the launcher finds them")
                    .help("install Lockkeeper again")
                    .asException(e);
        }
        return 0;
    }
}

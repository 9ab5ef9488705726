package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.telemetry.Telling;
import dev.lockkeeper.trace.Traceparent;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Finds the command that the first argument names, parses the rest for it, and runs it. */
final class CommandLineInterface {
    private final Map<String, String> variables;
    private final Properties properties;
    private final PrintStream out;
    private final PrintStream err;
    private final @Nullable Traceparent within;
    private final Interruption interruption = new Interruption();
    private final Map<String, Supplier<Command>> commands = new LinkedHashMap<>();

    /**
     * @param variables the environment variables
     * @param properties {@code lockkeeper.home}: where the reference schemas are; {@code lockkeeper.terminals}: which
     *     of the streams 1 and 2 are terminals, such as {@code 12}
     */
    CommandLineInterface(Map<String, String> variables, Properties properties, PrintStream out, PrintStream err) {
        this(variables, properties, out, err, null);
    }

    /** @param within the trace of which a command is part that works on nothing with a trace of its own; null for none */
    CommandLineInterface(
            Map<String, String> variables,
            Properties properties,
            PrintStream out,
            PrintStream err,
            @Nullable Traceparent within) {
        this.within = within;
        this.variables = variables;
        this.properties = properties;
        this.out = out;
        this.err = err;
        commands.put("init", InitCommand::new);
        commands.put("new", NewCommand::new);
        commands.put("status", () -> new StatusCommand(variables));
        commands.put("plan", () -> new PlanCommand(variables));
        commands.put("approve", () -> new ApproveCommand(variables));
        commands.put("apply", () -> RunCommand.apply(variables));
        commands.put("rollback", () -> RunCommand.rollback(variables));
        commands.put("seed", () -> new SeedCommand(variables));
        commands.put("evidence", () -> new EvidenceCommand(variables));
        commands.put("repair", () -> new RepairCommand(variables));
        commands.put("adopt", () -> AdoptCommand.adopt(variables));
        commands.put("baseline", () -> AdoptCommand.baseline(variables));
        commands.put("fleet", () -> new FleetCommand(variables));
        commands.put("audit", () -> new AuditCommand(variables));
        commands.put("smoke", () -> new SmokeCommand(variables));
        commands.put("rehearse", () -> new RehearseCommand(variables));
        commands.put("lint", () -> new LintCommand(Clock.systemUTC()));
        commands.put("check", () -> new CheckCommand(Clock.systemUTC()));
        commands.put("fix", () -> new FixCommand(Clock.systemUTC()));
        commands.put("drift", () -> new DriftCommand(variables));
        commands.put("diff", () -> new DiffCommand(variables));
        commands.put("types", () -> new TypesCommand(variables));
        commands.put("docs", () -> new DocsCommand(variables));
        commands.put("checklist", () -> new ChecklistCommand(variables, properties));
        commands.put("window", WindowCommand::new);
        commands.put("erd", () -> new ErdCommand(variables));
        commands.put("classify", ClassifyCommand::new);
        commands.put("retain", () -> new RetainCommand(variables));
        commands.put("erase", () -> new EraseCommand(variables));
        commands.put("analytics", () -> new AnalyticsCommand(variables));
        commands.put("health", () -> new HealthCommand(variables, Clock.systemUTC()));
        commands.put("doctor", () -> new DoctorCommand(variables, Clock.systemUTC()));
        commands.put("demo", () -> new DemoCommand(properties));
        commands.put("mcp", () -> new McpCommand(variables));
        commands.put("explain", ExplainCommand::new);
        commands.put("completion", () -> new CompletionCommand(commands));
    }

    /** What a signal has to call while the process ends. */
    Runnable onSignal() {
        return interruption::signal;
    }

    /** With what the command has ended, while only telemetry is waited for; null before. */
    @Nullable
    Integer exitCode() {
        return interruption.exitCode();
    }

    /** Runs one command and gives its exit code. */
    int run(String... arguments) {
        try {
            return dispatch(arguments);
        } finally {
            interruption.end();
        }
    }

    private int dispatch(String... arguments) {
        if (arguments.length == 0) {
            TopHelp.print(err, style(null, '2'));
            return Category.USAGE.exitCode();
        }
        String first = arguments[0];
        switch (first) {
            case "--version", "-V", "version" -> {
                return version(wantsJson(List.of(arguments)));
            }
            case "--help", "-h" -> {
                TopHelp.print(out, style(null, '1'));
                return 0;
            }
            case "self-train" -> {
                SelfTraining.run(properties);
                return 0;
            }
            case "help" -> {
                return help(arguments);
            }
            default -> {
                return run(List.of(arguments));
            }
        }
    }

    private int help(String[] arguments) {
        if (arguments.length > 1 && arguments[1].equals("exit-codes")) {
            TopHelp.printExitCodes(out);
            return 0;
        }
        List<String> words = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
        boolean json = wantsJson(words, Options.LOG_FORMAT);
        if (json) {
            words.removeAll(List.of(Options.LOG_FORMAT, Options.LOG_FORMAT + "=json", "json"));
        }
        if (!words.isEmpty()) {
            String asked = words.get(0);
            // what is wrong with it is told in the form that was asked for
            return run(json ? List.of(asked, "--help", Options.LOG_FORMAT + "=json") : List.of(asked, "--help"));
        }
        TopHelp.print(out, style(null, '1'));
        return 0;
    }

    private int version(boolean json) {
        out.println(
                json
                        ? Json.object(
                                "lockkeeper/version/v1",
                                object -> object.put("version", TopHelp.version())
                                        .put("java", Runtime.version().toString())
                                        .texts("warnings", List.of()))
                        : "lockkeeper " + TopHelp.version());
        return 0;
    }

    /** What every command takes, by its name. */
    Map<String, CommandSpec> specs() {
        Map<String, CommandSpec> specs = new LinkedHashMap<>();
        commands.forEach((name, command) -> specs.put(name, command.get().spec()));
        return specs;
    }

    private Collection<OptionSpec> options() {
        return specs().values().stream()
                .flatMap(spec -> spec.options().stream())
                .toList();
    }

    private int run(List<String> arguments) {
        Narration narration =
                new Narration(wantsJson(arguments, Options.LOG_FORMAT), Telling.of(variables, TopHelp.version()));
        Terminal terminal = terminal(wantsJson(arguments), null, narration);
        int exitCode = run(arguments, terminal);
        interruption.finished(exitCode);
        // after the result: nobody waits for a collector to read it
        terminal.warn(narration.end(exitCode));
        return exitCode;
    }

    private int run(List<String> arguments, Terminal first) {
        Narration narration = first.narration();
        Terminal terminal = first;
        Words words;
        try {
            words = Words.of(arguments, this::options);
        } catch (LockkeeperException e) {
            return fail(terminal, e);
        }
        String name = words.command();
        List<String> rest = words.rest();
        Supplier<Command> found = commands.get(name);
        if (found == null) {
            return fail(terminal, Words.unknown(name, commands.keySet()));
        }
        Command command = found.get();
        // an argument that starts with @ is an argument, and no file of arguments
        CommandLine parser = new CommandLine(command.spec()).setExpandAtFiles(false);
        try {
            ParseResult parsed = parser.parseArgs(named(parser, rest).toArray(String[]::new));
            if (parsed.isUsageHelpRequested()) {
                CommandHelp.arrange(
                        parser, Optional.ofNullable(variables.get("COLUMNS")).orElse(""));
                parser.usage(out, style(null, '1') == Style.ANSI ? Ansi.ON : Ansi.OFF);
                return 0;
            }
            @Nullable Traceparent origin = command.origin(parsed);
            narration.open(name, origin == null ? within : origin);
            terminal = terminal(json(parsed), color(parsed), narration);
            if (within != null && !narration.place().trace().equals(within.trace())) {
                terminal.progress("note: goes on with the trace of the plan, "
                        + narration.place().trace());
            }
            requireLogFormat(parsed);
            terminal.warn(narration.warnings());
            try {
                return command.run(parsed, terminal);
            } finally {
                interruption.ended();
            }
        } catch (UnmatchedArgumentException e) {
            return fail(terminal, unmatched(name, parser, e.getUnmatched().get(0)));
        } catch (ParameterException e) {
            return fail(
                    terminal,
                    Problem.of(Code.USAGE, said(e))
                            .help("lockkeeper " + name + " --help shows what it takes")
                            .asException());
        } catch (LockkeeperException e) {
            return fail(terminal, e);
        } catch (RuntimeException | Error e) {
            // also what Java throws when memory or the stack ends: a program that reads the output gets its object
            return fail(terminal, unforeseen(e));
        }
    }

    /** With the environment of the variable, where the option says that it takes it and none is named. */
    private List<String> named(CommandLine parser, List<String> words) {
        String standing = variables.getOrDefault(Options.STANDING, "").strip();
        boolean given = words.stream().anyMatch(word -> word.split("=", 2)[0].equals(Options.ENVIRONMENT));
        OptionSpec option = parser.getCommandSpec().findOption(Options.ENVIRONMENT);
        // for the others an environment has values of tokens, or a server to look at beside
        boolean taken = option != null && String.join("", option.description()).contains(Options.STANDING);
        if (standing.isEmpty() || given || !taken) {
            return words;
        }
        List<String> all = new ArrayList<>(List.of(Options.ENVIRONMENT + "=" + standing));
        all.addAll(words);
        return all;
    }

    private static String said(ParameterException e) {
        if (e instanceof MissingParameterException missing) {
            return missing.getMissing().stream()
                    .map(what -> what instanceof OptionSpec option
                            ? "the value of " + option.longestName() + " is missing"
                            : "the argument " + what.paramLabel() + " is missing")
                    .collect(Collectors.joining(", "));
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return option.longestName() + " is given twice";
        }
        return String.valueOf(e.getMessage());
    }

    /** Says the name of an option only: what follows it may be a secret. */
    private static LockkeeperException unmatched(String name, CommandLine parser, String argument) {
        String given = argument.split("=", 2)[0];
        boolean option = given.startsWith("-");
        Optional<String> meant =
                option ? Nearest.to(given, parser.getCommandSpec().optionsMap().keySet()) : Optional.empty();
        return Problem.of(
                        Code.USAGE,
                        option ? name + " has no option " + given : name + " does not take the argument " + given)
                .help(meant.map(n -> "did you mean " + n + "?")
                        .orElse("lockkeeper " + name + " --help shows what it takes"))
                .asException();
    }

    private LockkeeperException unforeseen(Throwable e) {
        if (variables.containsKey("LOCKKEEPER_DEBUG")) {
            e.printStackTrace(err);
        }
        if (e instanceof OutOfMemoryError) {
            return Problem.of(Code.UNEXPECTED, "Java has no memory left: " + e.getMessage())
                    .because("it may use " + Runtime.getRuntime().maxMemory() / (1 << 20) + " MB")
                    .help("give it more: LOCKKEEPER_JAVA_OPTS=-Xmx2g; look with lockkeeper status what was kept")
                    .asException(e);
        }
        String said = e.getMessage() == null ? "" : ": " + e.getMessage();
        return Problem.of(Code.UNEXPECTED, e.getClass().getSimpleName() + said)
                .help("run the same command with LOCKKEEPER_DEBUG=1 set and report what it prints")
                .asException(e);
    }

    private static int fail(Terminal terminal, LockkeeperException e) {
        terminal.error(e);
        if (terminal.json() && terminal.interruption().end()) {
            terminal.print(terminal.errors(e.problems()));
        }
        return e.category().exitCode();
    }

    /** Looked for before parsing, so that a usage error has the form that was asked for too. */
    private static boolean wantsJson(List<String> arguments) {
        return wantsJson(arguments, Options.OUTPUT);
    }

    private static boolean wantsJson(List<String> arguments, String option) {
        int at = arguments.indexOf(option);
        return arguments.contains(option + "=json")
                || (at >= 0
                        && at + 1 < arguments.size()
                        && arguments.get(at + 1).equals("json"));
    }

    private static boolean json(ParseResult parsed) {
        String form = Options.value(parsed, Options.OUTPUT, "text");
        if (!form.equals("json") && !form.equals("text")) {
            throw Problem.of(Code.USAGE, form + " is not an output format")
                    .help("use --output text or --output json")
                    .asException();
        }
        return form.equals("json");
    }

    private static void requireLogFormat(ParseResult parsed) {
        String form = Options.value(parsed, Options.LOG_FORMAT, "text");
        if (!form.equals("json") && !form.equals("text")) {
            throw Problem.of(Code.USAGE, form + " is not a log format")
                    .help("use --log-format text or --log-format json")
                    .asException();
        }
    }

    private static String color(ParseResult parsed) {
        String when = Options.value(parsed, Options.COLOR, "auto");
        if (!List.of("auto", "always", "never").contains(when)) {
            throw Problem.of(Code.USAGE, when + " is not a value of --color")
                    .help("use auto, always or never")
                    .asException();
        }
        return when;
    }

    private Terminal terminal(boolean json, @Nullable String color, Narration narration) {
        boolean lines = narration.isJson();
        Terminal terminal = new Terminal(
                out,
                err,
                json,
                style(color, '1'),
                lines ? Style.PLAIN : style(color, '2'),
                !lines && isTerminal('2'),
                new ArrayList<>(),
                interruption,
                narration);
        interruption.at(terminal);
        return terminal;
    }

    private Style style(@Nullable String color, char stream) {
        if ("always".equals(color)) {
            return Style.ANSI;
        }
        boolean off = "never".equals(color)
                || !Optional.ofNullable(variables.get("NO_COLOR")).orElse("").isEmpty()
                || "dumb".equals(variables.get("TERM"));
        boolean forced = variables.containsKey("CLICOLOR_FORCE") && !"0".equals(variables.get("CLICOLOR_FORCE"));
        return !off && (forced || isTerminal(stream)) ? Style.ANSI : Style.PLAIN;
    }

    private boolean isTerminal(char stream) {
        return properties.getProperty("lockkeeper.terminals", "").indexOf(stream) >= 0;
    }
}

package dev.lockkeeper.cli;

import dev.lockkeeper.address.PasswordFile;
import dev.lockkeeper.checklist.Checklist;
import dev.lockkeeper.checklist.ChecklistReader;
import dev.lockkeeper.checklist.Confidential;
import dev.lockkeeper.checklist.Entry;
import dev.lockkeeper.checklist.Log;
import dev.lockkeeper.checklist.Progress;
import dev.lockkeeper.checklist.Runner;
import dev.lockkeeper.history.Actor;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper checklist}: walks persons through steps, and keeps who did what, when and with which result. */
final class ChecklistCommand implements Command {
    private static final List<String> ACTIONS =
            List.of("start", "show", "next", "run", "done", "skip", "walk", "finish", "print");
    private static final String FILE = "--file";
    private static final String CHECKLIST = "--checklist";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** For what a signal ends. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final int LONGEST_NAME = 200;

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
        return new Work(arguments, terminal).act(action, step);
    }

    private static void letEnd(ProcessHandle program) {
        try {
            program.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // it is ended by force next
        }
    }

    /** One action on one file. */
    private final class Work implements ChecklistWalk.Deeds {
        private final ParseResult arguments;
        private final Terminal terminal;
        private final Log log;
        private final ChecklistView view;
        private final String reason;

        /** Takes back what a command of Lockkeeper waits for, while one is running. */
        private volatile Runnable cancel = () -> {};

        Work(ParseResult arguments, Terminal terminal) {
            this.arguments = arguments;
            this.terminal = terminal;
            this.log = new Log(Workplace.path(Options.value(arguments, FILE, "release.checklist")), PATIENCE);
            this.view = new ChecklistView(terminal, ScriptReader.display(log.file()));
            this.reason = arguments.hasMatchedOption(Options.REASON) ? Options.reason(arguments) : "";
            if (Confidential.isIn(reason)) {
                throw Problem.of(Code.USAGE, Options.REASON + " holds a password")
                        .because("the log keeps it, and everybody reads the log")
                        .asException();
            }
        }

        int act(String action, String step) {
            switch (action) {
                case "start" -> start();
                case "show" -> {
                    Progress progress = log.read();
                    view.all(progress);
                    altered(progress)
                            .forEach(
                                    file -> terminal.progress("note: not what its step has left: " + Style.line(file)));
                }
                case "next" -> view.next(log.read());
                case "done" -> view.changed(done(step, reason), step);
                case "skip" -> view.changed(skip(step, Options.reason(arguments, "in the checklist")), step);
                case "finish" -> view.all(finish(reason));
                case "walk" -> {
                    Progress progress = new ChecklistWalk(this, view, terminal, System.in).walk();
                    view.json(progress);
                    return progress.stands().stream().anyMatch(one -> one.state() == Progress.State.FAILED)
                            ? Code.CHECKLIST_STEP_FAILED.category().exitCode()
                            : 0;
                }
                default -> {
                    Progress progress = run(step, reason);
                    view.changed(progress, step);
                    requireSuccess(progress.stand(step));
                }
            }
            return 0;
        }

        private void start() {
            ChecklistReader reader = new ChecklistReader(Options.pairs(arguments));
            Checklist checklist = arguments.hasMatchedOption(CHECKLIST)
                    ? reader.read(Workplace.path(Options.value(arguments, CHECKLIST, "")))
                    : reader.builtIn();
            @Nullable String environment = Options.pairs(arguments).get("environment");
            if (environment != null && Files.exists(Workplace.folder(arguments).resolve(ProjectFile.NAME))) {
                Workplace.project(arguments).environment(environment);
            }
            for (Checklist.Step step : checklist.steps()) {
                for (String file : step.files()) {
                    if (place(Workplace.path(file)).equals(place(log.file()))) {
                        throw Problem.of(
                                        Code.USAGE,
                                        "the step " + step.id() + " leaves " + file
                                                + ", and that is the file that keeps the checklist")
                                .help("name another file: " + FILE + " FILE")
                                .asException();
                    }
                }
            }
            Entry first = new Entry(1, "", now(), by(), Actor.here(), Entry.What.START, "", reason, null, checklist);
            log.start(first);
            view.all(log.read());
        }

        @Override
        public Progress read() {
            return log.read();
        }

        @Override
        public Progress run(String step, String why) {
            Progress begun = log.add(progress -> {
                progress.requireRun(step, why);
                progress.requireKept(step, altered(progress));
                return entry(progress, Entry.What.RUN, step, why, null);
            });
            // programs that read JSON get one object and nothing beside it
            OutputStream shown = terminal.json() ? OutputStream.nullOutputStream() : terminal.out();
            Runner runner = new Runner(this::own, confidential(), Workplace::path, shown, terminal.err());
            AtomicBoolean told = new AtomicBoolean();
            terminal.interruption()
                    .during(
                            () -> interrupted(step, begun, told),
                            problems -> terminal.print(terminal.errors(problems)));
            Entry.Result result = runner.run(begun.checklist().step(step));
            return told.compareAndSet(false, true) ? end(step, begun, result) : log.read();
        }

        private Progress end(String step, Progress begun, Entry.Result result) {
            return log.add(progress -> entry(progress, Entry.What.END, step, overtaken(progress, step, begun), result));
        }

        /** A step that nobody runs any more must not stand there as running: who comes next would need a reason to run it. */
        private Problem interrupted(String step, Progress begun, AtomicBoolean told) {
            cancel.run();
            List<ProcessHandle> programs = ProcessHandle.current().descendants().toList();
            programs.forEach(ProcessHandle::destroy);
            programs.forEach(ChecklistCommand::letEnd);
            programs.forEach(ProcessHandle::destroyForcibly);
            terminal.interruption().letEnd(GRACE);
            if (told.compareAndSet(false, true)) {
                end(step, begun, Runner.notEnded("lockkeeper checklist: a signal has ended it"));
            }
            return Problem.of(Code.INTERRUPTED, "a signal has ended the step " + step)
                    .help("lockkeeper checklist run " + step);
        }

        /** Files that hold something else than what a step has left; those that are not here may be with somebody else. */
        private static List<String> altered(Progress progress) {
            List<String> altered = new ArrayList<>();
            for (Entry.Kept kept : progress.kept()) {
                Path file = Workplace.path(kept.file());
                if (Files.isRegularFile(file) && !Runner.sha256(file).equals(kept.sha256())) {
                    altered.add(kept.file());
                }
            }
            return altered;
        }

        /** Where a file is, whatever way leads there. */
        private static Path place(Path file) {
            try {
                return file.toRealPath();
            } catch (IOException e) {
                return file.toAbsolutePath().normalize();
            }
        }

        /** What is known here of secrets: variables, those that the project names, and the file of passwords. */
        private Confidential confidential() {
            Set<String> named = new HashSet<>();
            try {
                for (Environment environment :
                        Workplace.project(arguments).environments().values()) {
                    String variable = environment.passwordVariable();
                    if (variable != null) {
                        named.add(variable);
                    }
                }
            } catch (LockkeeperException e) {
                // a checklist needs no project, and a step that needs one tells what is wrong with it
            }
            String home = variables.getOrDefault("HOME", System.getProperty("user.home", "."));
            Path passwords = Workplace.path(variables.getOrDefault("PGPASSFILE", home + "/.pgpass"));
            return Confidential.of(variables, named, new PasswordFile(passwords).passwords());
        }

        /** Why the end of a command does not count; empty when it does. */
        private static String overtaken(Progress progress, String step, Progress begun) {
            Entry last = progress.stand(step).last();
            return last == null || last.seq() == begun.last().seq() ? "" : "taken over by " + last.by();
        }

        @Override
        public Progress done(String step, String note) {
            return log.add(progress -> {
                progress.requireDone(step);
                return entry(progress, Entry.What.DONE, step, note, null);
            });
        }

        @Override
        public Progress skip(String step, String why) {
            return log.add(progress -> {
                progress.requireSkip(step);
                return entry(progress, Entry.What.SKIP, step, why, null);
            });
        }

        private Progress finish(String why) {
            return log.add(progress -> {
                progress.requireFinish(why);
                if (why.isEmpty()) {
                    progress.requireKept("", altered(progress));
                }
                return entry(progress, Entry.What.FINISH, "", why, null);
            });
        }

        private Entry entry(
                Progress progress, Entry.What what, String step, String text, Entry.@Nullable Result result) {
            return new Entry(
                    progress.last().seq() + 1,
                    progress.last().hash(),
                    now(),
                    by(),
                    Actor.here(),
                    what,
                    step,
                    text,
                    result,
                    null);
        }

        private String by() {
            return Options.line(
                    PlanDocument.MAKER, PlanDocument.maker(arguments, Workplace.folder(arguments)), LONGEST_NAME);
        }

        /** In this process, so that it is the same Lockkeeper, whatever the path of programs leads to. */
        private int own(List<String> words, OutputStream out, OutputStream err) {
            List<String> all = new ArrayList<>(words);
            Properties inner = new Properties();
            inner.putAll(properties);
            // what it prints is kept, so it is no terminal; whether somebody can be asked is another question
            inner.setProperty("lockkeeper.terminals", terminal.live() ? "2" : "");
            try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
                    PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
                CommandLineInterface lockkeeper = new CommandLineInterface(variables, inner, o, e);
                boolean placed = arguments.hasMatchedOption(Options.PROJECT) && !all.contains(Options.PROJECT);
                @Nullable
                CommandSpec spec = all.isEmpty() ? null : lockkeeper.specs().get(all.get(0));
                if (placed && spec != null && spec.findOption(Options.PROJECT) != null) {
                    all.addAll(List.of(Options.PROJECT, Options.value(arguments, Options.PROJECT, ".")));
                }
                cancel = lockkeeper.onSignal();
                try {
                    return lockkeeper.run(all.toArray(String[]::new));
                } finally {
                    cancel = () -> {};
                }
            }
        }

        private void requireSuccess(Progress.Stand stand) {
            Entry last = stand.last();
            Entry.Result result = last == null ? null : last.result();
            if (stand.state() == Progress.State.FAILED && result != null) {
                Problem problem = Problem.of(
                                Code.CHECKLIST_STEP_FAILED,
                                result.exit() == Runner.COULD_NOT
                                        ? "the step " + stand.step().id() + " could not be run, or not to its end"
                                        : "the command of the step "
                                                + stand.step().id() + " ended with " + result.exit())
                        .at(Place.of(ScriptReader.display(log.file())))
                        .help("settle it and run the step again: lockkeeper checklist run "
                                + stand.step().id());
                // whoever reads text has just seen it
                throw (result.tail().isEmpty() || !terminal.json()
                                ? problem
                                : problem.note("it said: " + String.join("\n", result.tail())))
                        .asException();
            }
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}

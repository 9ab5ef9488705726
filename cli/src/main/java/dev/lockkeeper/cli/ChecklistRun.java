package dev.lockkeeper.cli;

import dev.lockkeeper.address.PasswordFile;
import dev.lockkeeper.checklist.CommandWords;
import dev.lockkeeper.checklist.Confidential;
import dev.lockkeeper.checklist.Entry;
import dev.lockkeeper.checklist.Log;
import dev.lockkeeper.checklist.Progress;
import dev.lockkeeper.checklist.Runner;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.trace.Traceparent;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
import picocli.CommandLine.ParseResult;

/** One run of the command of a step, from its first line in the log to its last. Ended by a signal it says so in the log. */
final class ChecklistRun {
    /** For what a signal ends. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ChecklistWork work;
    private final String step;
    private final Progress begun;
    private final Map<String, String> variables;
    private final Properties properties;
    private final ParseResult arguments;
    private final Terminal terminal;
    private final Log log;

    /** Takes back what a command of Lockkeeper waits for, while one is running. */
    private volatile Runnable cancel = () -> {};

    private volatile boolean signaled;

    /** @param begun what the log holds, the line last with which the step is begun */
    ChecklistRun(
            ChecklistWork work, String step, Progress begun, Map<String, String> variables, Properties properties) {
        this.work = work;
        this.step = step;
        this.begun = begun;
        this.variables = variables;
        this.properties = properties;
        this.arguments = work.arguments();
        this.terminal = work.terminal();
        this.log = work.log();
    }

    /** Runs it, and gives what the log holds then. */
    Progress toItsEnd() {
        // programs that read JSON get one object and nothing beside it
        OutputStream shown = terminal.json() ? OutputStream.nullOutputStream() : terminal.out();
        @Nullable Traceparent place = place();
        Runner runner = new Runner(
                (words, out, err) -> own(words, out, err, place),
                confidential(),
                place == null ? Map.of() : Map.of(Traceparent.VARIABLE, place.text()),
                Workplace::path,
                shown,
                terminal.err());
        AtomicBoolean told = new AtomicBoolean();
        terminal.interruption().during(() -> interrupted(told), problems -> terminal.print(terminal.errors(problems)));
        Entry.Result result = runner.run(begun.checklist().step(step), begun.firstRun(step));
        // what a signal has ended has not failed by itself, whatever it ends with then
        boolean cut = signaled && result.exit() != 0;
        return told.compareAndSet(false, true) ? end(cut ? Runner.interrupted(result) : result) : log.read();
    }

    /** Where the steps are in the trace of the checklist; null for a checklist that has none. */
    private @Nullable Traceparent place() {
        @Nullable Traceparent origin = begun.origin();
        Traceparent here = terminal.narration().place();
        // a job may have a trace of its own, which ends with the job
        return origin == null || !here.trace().equals(origin.trace()) ? origin : here;
    }

    private Progress end(Entry.Result result) {
        try {
            return log.add(progress -> work.entry(progress, Entry.What.END, step, overtaken(progress), result));
        } catch (LockkeeperException e) {
            throw lost(result, e.problems().get(0)).asException(e);
        }
    }

    /** What the command did is done, and nobody would know. */
    private Problem lost(Entry.Result result, Problem why) {
        String file = arguments.hasMatchedOption(ChecklistCommand.FILE)
                ? " " + ChecklistCommand.FILE + " "
                        + CommandWords.line(List.of(Options.value(arguments, ChecklistCommand.FILE, "")))
                : "";
        return Problem.of(
                        why.code(),
                        (result.exit() < 0
                                        ? "the step " + step + " has ended: " + ChecklistView.ended(result)
                                        : "the command of the step " + step + " has ended with " + result.exit())
                                + "; its result could not be kept: " + why.message())
                .because(why.why())
                .help("when that is settled, run it again: lockkeeper checklist run " + step + file
                        + " --reason \"its result was not kept\"")
                .at(why.place());
    }

    /** A step that nobody runs any more must not stand there as running: who comes next would need a reason to run it. */
    private Problem interrupted(AtomicBoolean told) {
        signaled = true;
        cancel.run();
        List<ProcessHandle> programs = ProcessHandle.current().descendants().toList();
        programs.forEach(ProcessHandle::destroy);
        programs.forEach(ChecklistRun::letEnd);
        programs.forEach(ProcessHandle::destroyForcibly);
        terminal.interruption().letEnd(GRACE);
        if (told.compareAndSet(false, true)) {
            try {
                end(Runner.interrupted());
            } catch (LockkeeperException e) {
                return e.problems().get(0);
            }
        }
        return Problem.of(Code.INTERRUPTED, "a signal has ended the step " + step)
                .help("lockkeeper checklist run " + step);
    }

    /** In this process, so that it is the same Lockkeeper, whatever the path of programs leads to. */
    private int own(List<String> words, OutputStream out, OutputStream err, @Nullable Traceparent place) {
        List<String> all = new ArrayList<>(words);
        Properties inner = new Properties();
        inner.putAll(properties);
        // what it prints is kept, so it is no terminal; whether somebody can be asked is another question
        inner.setProperty("lockkeeper.terminals", terminal.live() ? "2" : "");
        try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            Map<String, String> seen = new HashMap<>(variables);
            if (place != null) {
                // a trace that a job hands on would win over that of a plan
                seen.remove(Traceparent.VARIABLE);
            }
            CommandLineInterface lockkeeper = new CommandLineInterface(seen, inner, o, e, place);
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
    private String overtaken(Progress progress) {
        Entry last = progress.stand(step).last();
        return last == null || last.seq() == begun.last().seq() ? "" : "taken over by " + last.by();
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
}

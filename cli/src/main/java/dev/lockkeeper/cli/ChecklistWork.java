package dev.lockkeeper.cli;

import dev.lockkeeper.checklist.Checklist;
import dev.lockkeeper.checklist.ChecklistReader;
import dev.lockkeeper.checklist.Confidential;
import dev.lockkeeper.checklist.Entry;
import dev.lockkeeper.checklist.Log;
import dev.lockkeeper.checklist.Progress;
import dev.lockkeeper.checklist.Reach;
import dev.lockkeeper.checklist.Runner;
import dev.lockkeeper.history.Actor;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** One action on one file. */
final class ChecklistWork implements ChecklistWalk.Deeds {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, String> variables;
    private final Properties properties;
    private final ParseResult arguments;
    private final Terminal terminal;
    private final Log log;
    private final ChecklistView view;
    private final String reason;

    ChecklistWork(ParseResult arguments, Terminal terminal, Map<String, String> variables, Properties properties) {
        this.variables = variables;
        this.properties = properties;
        this.arguments = arguments;
        this.terminal = terminal;
        this.log = log(arguments, () -> terminal.progress("waiting: somebody else keeps the checklist locked"));
        this.view = new ChecklistView(terminal, ScriptReader.display(log.file()));
        this.reason = arguments.hasMatchedOption(Options.REASON) ? Options.reason(arguments) : "";
        if (Confidential.isIn(reason)) {
            throw Problem.of(Code.USAGE, Options.REASON + " holds a password")
                    .because("the log keeps it, and everybody reads the log")
                    .asException();
        }
    }

    static Log log(ParseResult arguments, Runnable waiting) {
        return new Log(
                Workplace.path(Options.value(arguments, ChecklistCommand.FILE, "release.checklist")),
                PATIENCE,
                waiting);
    }

    int act(String action, String step) {
        switch (action) {
            case "start" -> start();
            case "show" -> {
                Progress progress = log.read();
                view.all(progress);
                altered(progress)
                        .forEach(file -> terminal.progress("note: not what its step has left: " + Style.line(file)));
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
        Checklist checklist = arguments.hasMatchedOption(ChecklistCommand.CHECKLIST)
                ? reader.read(Workplace.path(Options.value(arguments, ChecklistCommand.CHECKLIST, "")))
                : reader.builtIn();
        @Nullable String environment = Options.pairs(arguments).get("environment");
        if (environment != null && Files.exists(Workplace.folder(arguments).resolve(ProjectFile.NAME))) {
            Workplace.project(arguments).environment(environment);
        }
        checklist.steps().forEach(this::requirePlaces);
        Entry first = new Entry(
                1,
                "",
                now(),
                by(),
                Actor.here(),
                Entry.What.START,
                "",
                reason,
                null,
                checklist,
                terminal.narration().place());
        log.start(first);
        view.all(log.read());
    }

    /** Also before each run: a link may have been put there since. */
    private void requirePlaces(Checklist.Step step) {
        Path folder = Workplace.folder(arguments).toAbsolutePath();
        @Nullable Path beside = log.file().toAbsolutePath().getParent();
        List<Path> folders = new ArrayList<>(List.of(Path.of(""), folder));
        if (beside != null) {
            folders.add(beside);
        }
        for (String name : step.files()) {
            Path file = Workplace.path(name);
            @Nullable String wrong = null;
            if (Reach.place(file).equals(Reach.place(log.file()))) {
                wrong = "that is the file that keeps the checklist";
            } else if (Reach.place(file).equals(Reach.place(folder.resolve(ProjectFile.NAME)))) {
                wrong = "that is the file of the project";
            } else if (!new Reach(folders).holds(file)) {
                wrong = "that lies outside of this folder and of those of the project and the checklist: "
                        + Reach.place(file);
            } else if (Files.isDirectory(file)) {
                wrong = "that is a folder";
            }
            if (wrong != null) {
                throw Problem.of(Code.USAGE, "the step " + step.id() + " leaves " + name + ", and " + wrong)
                        .help("name another file in out and keep of the step")
                        .asException();
            }
        }
    }

    @Override
    public Progress read() {
        return log.read();
    }

    @Override
    public Progress run(String step, String why) {
        Progress begun = log.add(progress -> {
            progress.requireRun(step, why);
            requirePlaces(progress.checklist().step(step));
            progress.requireKept(step, altered(progress));
            return entry(progress, Entry.What.RUN, step, why, null);
        });
        return new ChecklistRun(this, step, begun, variables, properties).toItsEnd();
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

    /** The next line of the log. */
    Entry entry(Progress progress, Entry.What what, String step, String text, Entry.@Nullable Result result) {
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
                null,
                null);
    }

    private String by() {
        return PlanDocument.maker(arguments, Workplace.folder(arguments));
    }

    private void requireSuccess(Progress.Stand stand) {
        Entry last = stand.last();
        Entry.Result result = last == null ? null : last.result();
        // the signal itself tells what it has ended
        if (stand.state() == Progress.State.FAILED && result != null && result.exit() != Runner.INTERRUPTED) {
            Problem problem = Problem.of(
                            Code.CHECKLIST_STEP_FAILED,
                            result.exit() < 0
                                    ? "the step " + stand.step().id() + " " + ChecklistView.ended(result)
                                    : "the command of the step " + stand.step().id() + " ended with " + result.exit())
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

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    ParseResult arguments() {
        return arguments;
    }

    Terminal terminal() {
        return terminal;
    }

    Log log() {
        return log;
    }
}

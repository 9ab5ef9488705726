package dev.lockkeeper.cli;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.apply.Untried;
import dev.lockkeeper.database.Notice;
import dev.lockkeeper.gate.Admission;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows a run while it happens, and keeps what its JSON needs. */
final class RunProgress implements Consumer<Event>, AutoCloseable {
    private static final int MESSAGES = 1000;

    private final Terminal terminal;
    private final boolean notices;
    private final boolean dry;
    private final List<Run> runs = new CopyOnWriteArrayList<>();
    private volatile Event.@Nullable StepStarted working;
    private volatile long since;
    private @Nullable Heartbeat beats;
    /** A line that waits for the next one, or empty: a line of its own for each costs as much as a small part of a step. */
    private final AtomicReference<String> held = new AtomicReference<>("");

    /**
     * @param notices whether the server's notices are shown and kept; its warnings always are
     * @param dry whether all of it is rolled back
     */
    RunProgress(Terminal terminal, boolean notices, boolean dry) {
        this.dry = dry;
        this.terminal = terminal;
        this.notices = notices;
    }

    /** What happened to one component. */
    static final class Run {
        private final String component;
        private final String database;
        private final List<Done> finished = new CopyOnWriteArrayList<>();
        private final List<Event.Said> said = new ArrayList<>();
        private final List<String> blockedBy = new ArrayList<>();
        private final boolean dry;
        private final List<Event.Apart> apart = new ArrayList<>();
        private List<Untried> untried = List.of();
        private TargetRehearsing.@Nullable Outcome rehearsed;
        /** Of the step that is at work, or was last. */
        private List<String> inTheWay = new ArrayList<>();

        private int attempts = 1;
        private long unkept;
        private List<Loss> losses = List.of();
        private @Nullable Plan plan;
        private @Nullable Admission admission;
        private @Nullable UUID run;
        private @Nullable Instant startedAt;

        Run(String component, String database, boolean dry) {
            this.dry = dry;
            this.component = component;
            this.database = database;
        }

        /**
         * A step that was done, and what it had to wait for.
         *
         * @param attempts how often it was tried; more than once when a lock was not to be had in time
         * @param blockedBy who was seen in the way
         */
        private record Done(Event.StepFinished event, int attempts, List<String> blockedBy) {
            Step step() {
                return event.step();
            }
        }

        void begin() {
            attempts = 1;
            inTheWay = new ArrayList<>();
        }

        void finish(Event.StepFinished event) {
            finished.add(new Done(event, attempts, List.copyOf(inTheWay)));
        }

        /** Whether a step was finished, for good. */
        boolean hasKept() {
            return !dry && !finished.isEmpty();
        }

        /** Whether the plan has any step. */
        boolean hasWork() {
            return plan != null && !plan.isEmpty();
        }

        /** What became of what a dry run has left out, on a throw-away server. */
        void rehearsed(TargetRehearsing.Outcome outcome) {
            rehearsed = outcome;
        }

        /** What was done, as the beginning of a sentence. */
        String sentence() {
            String done = dry
                    ? "tried, and nothing of it kept"
                    : plan == null ? "done" : plan.direction().done();
            return PlanReport.counts(finished.stream().map(Done::step).toList()) + " " + done;
        }

        void json(Json json) {
            Plan made = plan;
            json.put("component", component)
                    .put("database", database)
                    .put("digest", made == null ? null : made.digest())
                    .texts("approvers", admission == null ? List.of() : admission.approvers())
                    .put("emergency", admission == null ? null : admission.emergency())
                    .put("run", run == null ? null : run.toString())
                    .put("startedAt", startedAt == null ? null : startedAt.toString())
                    .array("losses", losses, RunProgress::loss)
                    .array("steps", finished, Run::step)
                    .array("messages", said, Run::message)
                    .put("messagesLeftOut", unkept)
                    .texts("blockedBy", blockedBy);
            if (dry) {
                TargetRehearsing.Outcome outcome = rehearsed;
                json.array("apart", apart, Run::apart)
                        .array("untried", untried, Run::untried)
                        .array(
                                "rehearsed",
                                outcome == null ? List.of() : List.of(outcome),
                                TargetRehearsing.Outcome::json);
            }
        }

        private static void apart(Json json, Event.Apart event) {
            place(json.put("sentence", event.sentence()), event.place());
        }

        private static void untried(Json json, Untried one) {
            place(json.put("version", one.step().name()).put("reason", one.reason()), one.place());
        }

        private static void place(Json json, @Nullable Place place) {
            json.put("file", place == null ? null : place.file()).put("line", place == null ? 0 : place.line());
        }

        /** The same one may be in the way again and again. */
        void block(String sentence) {
            add(blockedBy, sentence);
            add(inTheWay, sentence);
        }

        private static void add(List<String> sentences, String sentence) {
            if (sentences.size() < MESSAGES && !sentences.contains(sentence)) {
                sentences.add(sentence);
            }
        }

        /** A script may say something a million times. */
        void keep(Event.Said event) {
            if (said.size() < MESSAGES) {
                said.add(event);
            } else {
                unkept++;
            }
        }

        private static void message(Json json, Event.Said event) {
            Notice notice = event.notice();
            json.put("severity", notice.isWarning() ? "warning" : "notice")
                    .put("sqlState", notice.sqlState())
                    .put("message", notice.message())
                    .put("detail", notice.detail())
                    .put("hint", notice.hint())
                    .put("context", notice.context())
                    .put("file", event.place().file());
            json.put("line", event.place().line());
        }

        private static void step(Json json, Done done) {
            Event.StepFinished event = done.event();
            json.put("version", event.step().name())
                    .put("repeatable", event.step() instanceof Step.Repeat)
                    .put("description", event.step().description())
                    .put("file", event.step().script().file())
                    .put("durationMs", event.nanos() / 1_000_000)
                    .put("manner", event.manner().name().toLowerCase(Locale.ROOT))
                    .put("resumed", event.step().resumed())
                    .put("rows", event.rows())
                    .put("attempts", done.attempts())
                    .texts("blockedBy", done.blockedBy());
        }
    }

    /** What data the plan takes away. */
    void losses(List<Loss> losses) {
        runs.get(runs.size() - 1).losses = List.copyOf(losses);
    }

    static void loss(Json json, Loss loss) {
        json.put("version", loss.step())
                .put("what", loss.what())
                .put("known", loss.known())
                .put("rows", loss.rows());
    }

    void begin(String component, String database) {
        runs.add(new Run(component, database, dry));
    }

    /** What a dry run has left out. */
    void untried(List<Untried> untried) {
        runs.get(runs.size() - 1).untried = List.copyOf(untried);
        for (Untried one : untried) {
            terminal.progress("not tried: " + Style.line(one.step().name()) + ", "
                    + Style.line(one.place().toString()) + ": " + Style.line(one.reason()));
        }
    }

    /** Whether all of it is rolled back. */
    boolean isDry() {
        return dry;
    }

    List<Run> runs() {
        return runs;
    }

    @Override
    public void accept(Event event) {
        Run run = runs.get(runs.size() - 1);
        if (!(event instanceof Event.StepStarted)) {
            release();
        }
        if (event instanceof Event.Waiting waiting) {
            terminal.progress(
                    "waiting: component " + waiting.component() + " is held by " + Style.line(waiting.holder()));
        } else if (event instanceof Event.Planned planned) {
            run.plan = planned.plan();
            terminal.result(PlanReport.text(run.plan, run.database, terminal.style()));
            terminal.out().flush();
        } else if (event instanceof Event.Admitted admitted) {
            run.admission = admitted.admission();
            admitted.admission().notes().forEach(terminal::warn);
        } else if (event instanceof Event.Entered entered) {
            run.run = entered.run();
            run.startedAt = Instant.now();
        } else if (event instanceof Event.StepStarted started) {
            run.begin();
            began(started);
        } else if (event instanceof Event.Blocked blocked) {
            blocked.by().forEach(b -> {
                terminal.progress("blocked by " + Style.line(b.sentence()));
                run.block(b.sentence());
            });
        } else if (event instanceof Event.Building building) {
            terminal.passing(building.phase() + (building.percent() < 0 ? "" : ", " + building.percent() + " %"));
        } else if (event instanceof Event.Retrying retrying) {
            if (dry) {
                // all of it was given up
                run.finished.clear();
            }
            run.attempts = Math.max(run.attempts, retrying.attempt() + 1);
            terminal.progress("no lock in time: attempt " + (retrying.attempt() + 1) + " of " + retrying.of() + " in "
                    + retrying.pause().toMillis() + " ms");
        } else if (event instanceof Event.Said said) {
            said(run, said);
        } else if (event instanceof Event.HookSaid said) {
            terminal.progress("  | " + Style.line(said.line()));
        } else if (event instanceof Event.LongTransactions old) {
            old.transactions().forEach(t -> terminal.progress("note: open for long: " + Style.line(t.sentence())));
        } else if (event instanceof Event.Backfilled batch) {
            terminal.passing(backfilled(batch));
        } else if (event instanceof Event.NothingToTakeBack nothing) {
            terminal.progress("nothing to take back: "
                    + Style.line(nothing.place().toString()) + ": " + Style.line(nothing.message()));
        } else if (event instanceof Event.Apart apart) {
            run.apart.add(apart);
            String place = apart.place() == null ? "" : Style.line(apart.place().toString()) + ": ";
            terminal.progress("note: " + place + Style.line(apart.sentence()));
        } else if (event instanceof Event.StepFinished finished) {
            finished(run, finished);
        }
    }

    private void began(Event.StepStarted event) {
        if (beats == null) {
            beats = new Heartbeat(terminal, Heartbeat.PAUSE, this::working, this::since);
        }
        working = event;
        since = System.nanoTime();
        String line = "[" + event.number() + "/" + event.of() + "] "
                + Style.line(event.step().name());
        if (terminal.live()) {
            terminal.passing(line + " ...");
        } else {
            terminal.progress(
                    held.getAndSet("") + line + "  " + Style.line(event.step().description()));
        }
    }

    private void release() {
        String line = held.getAndSet("");
        if (!line.isEmpty()) {
            terminal.progress(line.stripTrailing());
        }
    }

    /** The step that is at work; empty when none is. */
    private String working() {
        Event.StepStarted now = working;
        return now == null
                ? ""
                : "[" + now.number() + "/" + now.of() + "] "
                        + Style.line(now.step().name());
    }

    /** When the step that is at work began. */
    private long since() {
        return since;
    }

    /** Tells what is left to tell, and ends the heartbeat of a run that had work to do. */
    @Override
    public void close() {
        release();
        if (beats != null) {
            beats.close();
        }
    }

    /** What is told when a signal ends the run. */
    Problem interrupted() {
        release();
        Event.StepStarted now = working;
        List<String> kept = runs.stream()
                .filter(Run::hasKept)
                .flatMap(run -> run.finished.stream())
                .map(done -> done.step().name())
                .toList();
        Problem problem = Problem.of(Code.INTERRUPTED, "a signal has ended the command")
                .note(kept.isEmpty() ? "kept: nothing of this run" : "kept: " + String.join(", ", kept))
                .help("lockkeeper status shows what is done; the same command goes on");
        return (now == null
                        ? problem
                        : problem.note("interrupted: " + now.step().name()))
                .kept(!kept.isEmpty());
    }

    private void said(Run run, Event.Said event) {
        Notice notice = event.notice();
        if (!notice.isWarning() && !notices) {
            return;
        }
        run.keep(event);
        terminal.notice(notice.isWarning(), event.place(), Style.line(notice.message()));
        Stream.of(notice.detail(), notice.hint())
                .flatMap(Stream::ofNullable)
                .forEach(line -> terminal.progress("  " + Style.line(line)));
    }

    private static String backfilled(Event.Backfilled batch) {
        String of = batch.estimate() < 0 ? "" : " of about " + batch.estimate();
        Duration left = batch.remaining();
        return "statement " + batch.statement() + ": " + batch.rows() + of + " rows"
                + (left == null ? "" : ", about " + Math.max(1, left.toSeconds()) + " s left");
    }

    private void finished(Run run, Event.StepFinished event) {
        run.finish(event);
        working = null;
        String manner = event.manner() == ScriptRunner.Manner.STATEMENTS ? ", statement by statement" : "";
        String rows = event.rows() > 0 ? ", " + PlanReport.count(event.rows(), "row") : "";
        String done = dry ? "tried" : event.step().direction().done();
        String line = terminal.errorStyle().good("✓") + " " + done + " "
                + Style.line(event.step().name()) + " in " + event.nanos() / 1_000_000 + " ms" + rows + manner;
        if (event.number() < event.of()
                && !terminal.live()
                && !terminal.narration().isJson()) {
            held.set(line + "\n");
            return;
        }
        terminal.progress(
                line, Map.of("rows", event.rows(), "duration_ms", event.nanos() / 1_000_000, "attempts", (long)
                        run.attempts));
        if (event.number() == event.of() && !dry) {
            terminal.result(run.sentence() + ".");
        }
    }
}

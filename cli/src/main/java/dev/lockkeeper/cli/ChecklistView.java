package dev.lockkeeper.cli;

import dev.lockkeeper.checklist.Checklist;
import dev.lockkeeper.checklist.CommandWords;
import dev.lockkeeper.checklist.Entry;
import dev.lockkeeper.checklist.Progress;
import dev.lockkeeper.checklist.Runner;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.trace.Traceparent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a checklist is shown.
 *
 * @param file what keeps it
 */
record ChecklistView(Terminal terminal, String file) {
    private static final int STATE = 15;

    /** Every step, and who did what of it. */
    void all(Progress progress) {
        Style style = terminal.style();
        int width = progress.checklist().steps().stream()
                .mapToInt(step -> step.id().length())
                .max()
                .orElse(0);
        terminal.result(style.strong(Style.line(progress.checklist().title())));
        about(progress);
        String phase = "";
        for (Progress.Stand stand : progress.stands()) {
            if (!stand.step().phase().equals(phase)) {
                phase = stand.step().phase();
                terminal.result(Style.line(phase));
            }
            terminal.result(("  " + Style.pad(stand.step().id(), width) + "  "
                            + colored(stand.state(), Style.pad(stand.state().key(), STATE)) + told(stand))
                    .stripTrailing());
        }
        ending(progress);
        json(progress);
    }

    /** Of two checklists, which this one is. */
    private void about(Progress progress) {
        if (!progress.checklist().tokens().isEmpty()) {
            terminal.result("  "
                    + progress.checklist().tokens().entrySet().stream()
                            .map(token ->
                                    Style.line(token.getKey() + "=" + CommandWords.line(List.of(token.getValue()))))
                            .collect(Collectors.joining(", ")));
        }
        @Nullable Traceparent origin = progress.origin();
        if (origin != null) {
            terminal.result("  trace " + origin.trace());
        }
    }

    private void ending(Progress progress) {
        long settled = progress.stands().stream()
                .filter(stand -> stand.state().isSettled())
                .count();
        Entry last = progress.last();
        terminal.result(settled + " of " + progress.stands().size() + " steps settled"
                + (progress.isFinished()
                        ? "; finished by " + Style.line(last.by()) + " at " + last.at()
                                + (last.text().isEmpty() ? "" : ": " + Style.line(last.text()))
                        : ""));
        terminal.result("  head: " + last.seq() + " " + last.hash());
    }

    /** What can be done now. */
    void next(Progress progress) {
        progress.next()
                .ifPresentOrElse(
                        this::step,
                        () -> terminal.result(
                                progress.isFinished()
                                        ? "the checklist is finished"
                                        : "every step is settled: lockkeeper checklist finish"));
        json(progress);
    }

    /** One step with what it asks for. */
    void step(Progress.Stand stand) {
        Checklist.Step step = stand.step();
        Style style = terminal.style();
        terminal.result(style.strong(step.id()) + " (" + Style.line(step.phase()) + "): "
                + colored(stand.state(), stand.state().key()) + told(stand));
        terminal.result("  " + Style.line(step.text()));
        if (step.hasCommand()) {
            terminal.result("  $ " + Style.line(CommandWords.line(step.command()))
                    + (step.out().isEmpty() ? "" : " > " + Style.line(step.out())));
        }
        Entry last = stand.last();
        Entry.Result result = last == null ? null : last.result();
        if (stand.state() == Progress.State.FAILED && result != null) {
            result.tail().forEach(line -> terminal.result("  | " + Style.line(line)));
        }
        boolean runs = step.hasCommand() && stand.state() != Progress.State.UNCONFIRMED;
        terminal.result("  lockkeeper checklist " + (runs ? "run " : "done ") + step.id()
                + (step.required() ? "" : ", or skip " + step.id() + " --reason TEXT"));
    }

    /** What became of a step, and what comes next. */
    void changed(Progress progress, String step) {
        Progress.Stand stand = progress.stand(step);
        terminal.result(
                Style.line(step) + ": " + colored(stand.state(), stand.state().key()) + told(stand));
        progress.next()
                .ifPresent(next -> terminal.result("  next: " + next.step().id()));
        json(progress);
    }

    private String colored(Progress.State state, String text) {
        return switch (state) {
            case DONE -> terminal.style().good(text);
            case FAILED -> terminal.style().bad(text);
            default -> text;
        };
    }

    private static String told(Progress.Stand stand) {
        Entry last = stand.last();
        if (last == null) {
            return "";
        }
        Entry.Result result = last.result();
        return "  by " + Style.line(last.by()) + " at " + last.at()
                + (result == null ? "" : ", " + (result.exit() < 0 ? ended(result) : "exit " + result.exit()))
                + (last.text().isEmpty() ? "" : ": " + Style.line(last.text()));
    }

    /** How a step has ended whose command tells nothing of it. */
    static String ended(Entry.Result result) {
        return result.exit() == Runner.INTERRUPTED ? "was ended by a signal" : "could not be run, or not to its end";
    }

    /** The same for programs; only for JSON output. */
    void json(Progress progress) {
        terminal.result(
                "lockkeeper/checklist/v1",
                json -> json.put("file", file)
                        .put("title", progress.checklist().title())
                        .array(
                                "tokens",
                                progress.checklist().tokens().entrySet(),
                                (j, token) -> j.put("name", token.getKey()).put("value", token.getValue()))
                        .put(
                                "traceparent",
                                Optional.ofNullable(progress.origin())
                                        .map(Traceparent::text)
                                        .orElse(null))
                        .put("finished", progress.isFinished())
                        .put("headSeq", progress.last().seq())
                        .put("headHash", progress.last().hash())
                        .put(
                                "next",
                                progress.next().map(next -> next.step().id()).orElse(null))
                        .array("steps", progress.stands(), ChecklistView::stand)
                        .array("entries", progress.entries(), ChecklistView::entry));
    }

    private static void stand(Json json, Progress.Stand stand) {
        Checklist.Step step = stand.step();
        json.put("id", step.id())
                .put("phase", step.phase())
                .put("text", step.text())
                .texts("command", step.command())
                .put("state", stand.state().key())
                .put("confirm", step.confirm())
                .put("required", step.required());
    }

    private static void entry(Json json, Entry entry) {
        json.put("seq", entry.seq())
                .put("at", entry.at().toString())
                .put("by", entry.by())
                .put("actor", entry.actor())
                .put("what", entry.what().key())
                .put("step", entry.step())
                .put("text", entry.text())
                .objectOrNull("result", entry.result(), ChecklistView::result);
    }

    private static void result(Json json, Entry.Result result) {
        json.put("exit", result.exit())
                .put("sha256", result.sha256())
                .put("bytes", result.bytes())
                .texts("tail", result.tail())
                .array(
                        "kept",
                        result.kept(),
                        (j, kept) -> j.put("file", kept.file()).put("sha256", kept.sha256()));
    }
}

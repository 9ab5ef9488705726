package dev.lockkeeper.cli;

import dev.lockkeeper.checklist.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A walk through the steps of a checklist, an answer at a time. What was not answered is left as it is, and another walk goes on there.
 *
 * @param in whose lines are the answers: a person's, or those of a pipe
 */
record ChecklistWalk(Deeds deeds, ChecklistView view, Terminal terminal, InputStream in) {
    private static final int LONGEST = 10_000;

    /** What can be done of a step; each keeps it and gives what the log holds then. */
    interface Deeds {
        Progress read();

        Progress run(String step, String reason);

        Progress done(String step, String note);

        Progress skip(String step, String reason);
    }

    /** Goes on until nothing is left, somebody stops, or the answers end. */
    Progress walk() {
        Progress progress = deeds.read();
        Optional<Progress.Stand> next = progress.next();
        while (next.isPresent()) {
            view.step(next.get());
            String answer = answer(next.get());
            if (answer == null || answer.equals("stop")) {
                terminal.result("stopped at " + next.get().step().id() + "; lockkeeper checklist walk goes on");
                return deeds.read();
            }
            try {
                progress = act(next.get(), answer);
            } catch (LockkeeperException e) {
                // such as what somebody else did meanwhile
                terminal.error(e);
                progress = deeds.read();
            }
            next = progress.next();
        }
        view.next(progress);
        return progress;
    }

    private Progress act(Progress.Stand stand, String answer) {
        String[] words = answer.split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        String step = stand.step().id();
        return switch (words[0]) {
            case "run" -> deeds.run(step, Options.line("the reason", rest, Options.LONGEST_REASON));
            case "done" -> deeds.done(step, Options.line("the note", rest, Options.LONGEST_REASON));
            case "skip" -> {
                if (rest.isEmpty()) {
                    throw Problem.of(Code.USAGE, "skip needs a reason")
                            .help("skip REASON")
                            .asException();
                }
                yield deeds.skip(step, Options.line("the reason", rest, Options.LONGEST_REASON));
            }
            default ->
                throw Problem.of(Code.USAGE, "answers are run, done, skip REASON and stop")
                        .asException();
        };
    }

    private @Nullable String answer(Progress.Stand stand) {
        boolean runs = stand.step().hasCommand() && stand.state() != Progress.State.UNCONFIRMED;
        terminal.err().print((runs ? "run" : "done [NOTE]") + ", skip REASON or stop: ");
        terminal.err().flush();
        String line = line();
        if (!terminal.live()) {
            terminal.err().println();
        }
        return line == null ? null : line.strip();
    }

    /** Byte by byte: what follows the line may be meant for the command of the step. */
    private @Nullable String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
                }
                if (line.size() < LONGEST) {
                    line.write(b);
                }
            }
            return line.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the answers cannot be read: " + e.getMessage())
                    .asException(e);
        }
    }
}

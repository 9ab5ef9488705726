package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is told when a signal ends the command: one line, and one object where JSON was asked for. Whoever comes first, the command
 * or the signal, has the last word. Safe for use by two threads.
 */
final class Interruption {
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Supplier<Problem> problem =
            () -> Problem.of(Code.INTERRUPTED, "a signal has ended the command").help("run the same command again");
    private volatile Consumer<List<Problem>> result = problems -> {};
    private volatile @Nullable Terminal terminal;

    /** From now on it is told here, as JSON where that was asked for. */
    void at(Terminal other) {
        terminal = other;
        result = problems -> other.print(other.errors(problems));
    }

    /** What the command has to say beside, such as what it has kept. */
    void during(Supplier<Problem> told, Consumer<List<Problem>> object) {
        problem = told;
        result = object;
    }

    /** Ends the command, unless it has ended: whether the caller may have the last word. */
    boolean end() {
        return over.compareAndSet(false, true);
    }

    /** Called while the process ends. */
    void signal() {
        Terminal last = terminal;
        if (last == null || !end()) {
            return;
        }
        Problem told = problem.get();
        last.error(told.asException());
        if (last.json()) {
            result.accept(List.of(told));
        }
        last.out().flush();
        last.narration().end(Category.INTERRUPTED.exitCode());
    }
}

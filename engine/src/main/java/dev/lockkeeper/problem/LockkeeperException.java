package dev.lockkeeper.problem;

import java.util.List;
import java.util.stream.Collectors;

/** The one exception that Lockkeeper throws: all problems that a stage found, never only the first. */
public final class LockkeeperException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public LockkeeperException(List<Problem> problems) {
        super(sentence(problems));
        this.problems = List.copyOf(problems);
    }

    public LockkeeperException(List<Problem> problems, Throwable cause) {
        super(sentence(problems), cause);
        this.problems = List.copyOf(problems);
    }

    /** At least one problem, in the order in which they were found. */
    public List<Problem> problems() {
        return problems;
    }

    /** The category that decides the exit code: that of the first problem. */
    public Category category() {
        return problems.get(0).category();
    }

    private static String sentence(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an exception needs at least one problem");
        }
        return problems.stream()
                .map(p -> p.place() == null ? p.message() : p.place() + ": " + p.message())
                .collect(Collectors.joining("; "));
    }
}

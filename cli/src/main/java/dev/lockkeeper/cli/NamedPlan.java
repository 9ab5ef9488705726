package dev.lockkeeper.cli;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A plan file as the command line names it. Advice that knows only that there is one names it then, so that it can be typed as it stands.
 *
 * @param name left out of advice when a shell would read it otherwise
 */
record NamedPlan(String name) {
    private static final Pattern PLAIN = Pattern.compile("[\\w./][\\w./@+:,-]*");
    private static final Pattern PLACE = Pattern.compile("(?<=^lockkeeper (approve|plan resolve) )FILE\\b");

    List<Problem> in(List<Problem> problems) {
        return problems.stream().map(this::in).toList();
    }

    LockkeeperException in(LockkeeperException failure) {
        return new LockkeeperException(in(failure.problems()), failure);
    }

    private Problem in(Problem problem) {
        String help = problem.help();
        return help == null || !PLAIN.matcher(name).matches()
                ? problem
                : problem.help(PLACE.matcher(help).replaceFirst(name));
    }
}

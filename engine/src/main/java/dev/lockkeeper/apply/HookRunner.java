package dev.lockkeeper.apply;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Hook;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Checksum;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out what the project demands around a run. */
final class HookRunner {
    private static final int LINES = 20;

    private final Hooks hooks;
    private final Supplier<ScriptSession> sessions;
    private final Patience patience;
    private final Map<String, String> variables;
    private final Consumer<Event> listener;
    private final List<Ran> ran = new ArrayList<>();

    /**
     * @param sessions opens a session for a check
     * @param patience how long a check may wait and work
     */
    HookRunner(
            Hooks hooks,
            Supplier<ScriptSession> sessions,
            Patience patience,
            Plan plan,
            String database,
            Consumer<Event> listener) {
        this.hooks = hooks;
        this.sessions = sessions;
        this.patience = patience;
        this.listener = listener;
        this.variables = new HashMap<>(Map.of(
                "LOCKKEEPER_COMPONENT", plan.component(),
                "LOCKKEEPER_DATABASE_URL", database,
                "LOCKKEEPER_COMMAND", plan.direction().command(),
                "LOCKKEEPER_PLAN", plan.digest(),
                "LOCKKEEPER_STEPS", Integer.toString(plan.steps().size())));
    }

    /**
     * A check or command that was run.
     *
     * @param place where the project declares it
     * @param checksum of its text, which may hold what is secret
     */
    record Ran(String place, String checksum, boolean passed) {}

    /** What was run so far. */
    List<Ran> ran() {
        return List.copyOf(ran);
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code check-failed} for the first that fails */
    void before(Plan plan) {
        run(plan.direction() == Direction.UP ? hooks.beforeApply() : hooks.beforeRollback())
                .ifPresent(problem -> {
                    throw problem.note("kept: the database as it was, nothing was begun")
                            .asException();
                });
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code check-after-failed} for the first that fails */
    void after(Plan plan) {
        run(plan.direction() == Direction.UP ? hooks.afterApply() : hooks.afterRollback())
                .ifPresent(problem -> {
                    throw problem.as(Code.CHECK_AFTER_FAILED)
                            .note("kept: the whole work of this run")
                            .help("look at the database" + takeBack(plan))
                            .asException();
                });
    }

    /**
     * After a run that failed: all of them, also when one fails.
     *
     * @return what the run failed with, and what failed of them
     */
    LockkeeperException afterFailure(LockkeeperException failure) {
        List<Problem> problems = new ArrayList<>(failure.problems());
        variables.put("LOCKKEEPER_ERROR", problems.get(0).code().slug());
        for (Hook hook : hooks.afterFailure()) {
            run(List.of(hook))
                    .ifPresent(problem ->
                            problems.set(0, problems.get(0).note("after-failure failed too: " + problem.message())));
        }
        return hooks.afterFailure().isEmpty() ? failure : new LockkeeperException(problems, failure);
    }

    /** A rollback counts migrations only: repeatable scripts have no way back. */
    private static String takeBack(Plan plan) {
        long migrations =
                plan.steps().stream().filter(s -> s instanceof Step.Apply).count();
        return plan.direction() == Direction.DOWN
                ? "; to bring the work back: lockkeeper apply"
                : migrations == 0 ? "" : "; to take the work back: lockkeeper rollback --steps " + migrations;
    }

    private Optional<Problem> run(List<Hook> demanded) {
        for (Hook hook : demanded) {
            Problem problem = hook instanceof Hook.Check check ? check(check) : command((Hook.Run) hook);
            String text = hook instanceof Hook.Check check ? check.query() : ((Hook.Run) hook).command();
            ran.add(new Ran(hook.place().toString(), Checksum.of(text).value(), problem == null));
            if (problem != null) {
                return Optional.of(problem.at(hook.place()));
            }
        }
        return Optional.empty();
    }

    private @Nullable Problem check(Hook.Check check) {
        // in a session of its own: the one that holds the runner lock is taken for dead when it is silent for long
        try (WorkSession work = new WorkSession(sessions.get().unlimited(), patience, false, backend -> {})) {
            return check(work, check);
        }
    }

    /** Looks whether a check holds, in the session of a script; gives the problem, or null where it does. */
    static @Nullable Problem check(WorkSession work, Hook.Check check) {
        try {
            work.session().send(work.preambleOfMany(), notice -> {});
            List<List<@Nullable String[]>> results = work.session().resolve(check.query());
            List<@Nullable String[]> rows = results.isEmpty() ? List.of() : results.get(results.size() - 1);
            boolean good = !rows.isEmpty() && rows.get(0).length > 0 && "t".equals(rows.get(0)[0]);
            String said = rows.isEmpty() ? "no row" : rows.get(0).length == 0 ? "no column" : rows.get(0)[0];
            return good
                    ? null
                    : Problem.of(Code.CHECK_FAILED, "check failed: " + check.query())
                            .because("the server answered " + (said == null ? "null" : said));
        } catch (SqlFailure e) {
            return e.connectionLost()
                    ? e.problem("the connection was lost during a check")
                    : Problem.of(
                                    Code.CHECK_FAILED,
                                    "the server does not run the check: "
                                            + e.error().message())
                            .from(e.error());
        }
    }

    private @Nullable Problem command(Hook.Run run) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", run.command()).redirectErrorStream(true);
        Path folder = hooks.folder();
        builder.directory(folder.toString().isEmpty() ? null : folder.toFile());
        builder.environment().putAll(variables);
        Deque<String> last = new ArrayDeque<>();
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    listener.accept(new Event.HookSaid(line));
                    last.add(line);
                    if (last.size() > LINES) {
                        last.remove();
                    }
                }
                int exit = process.waitFor();
                Problem failed = Problem.of(Code.CHECK_FAILED, "the command ended with " + exit + ": " + run.command());
                return exit == 0 ? null : last.isEmpty() ? failed : failed.note("it said: " + String.join("\n", last));
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            return Problem.of(Code.CHECK_FAILED, "the command could not be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Problem.of(Code.CHECK_FAILED, "the command was interrupted: " + run.command());
        }
    }
}

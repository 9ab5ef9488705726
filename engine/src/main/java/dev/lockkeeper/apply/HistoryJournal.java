package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The journal of one step, kept in the database through a session of its own. */
final class HistoryJournal implements StatementJournal {
    private final Session control;
    private final HistoryTable table;
    private final List<Progress> known;
    private final Step step;
    private final UUID run;

    /** @param known how far an earlier run came with the step */
    HistoryJournal(Session control, HistoryTable table, List<Progress> known, Step step, UUID run) {
        this.control = control;
        this.table = table;
        this.known = known;
        this.step = step;
        this.run = run;
    }

    @Override
    public @Nullable Progress progress(Statement statement) {
        Optional<Progress> found =
                known.stream().filter(p -> p.ordinal() == statement.ordinal()).findFirst();
        if (found.isPresent() && !found.get().digest().equals(digest(statement))) {
            if (found.get().state() == Progress.State.FAILED) {
                // it took no effect, and its edit is how it is fixed
                return null;
            }
            throw Problem.of(
                            Code.MIGRATION_ALTERED,
                            "statement " + statement.ordinal() + " was edited after an earlier run had begun it")
                    .at(step.script().place(statement.start()))
                    .help("revert the edit, so that the step can be finished as it was begun"
                            + (found.get().position() == null
                                    ? ""
                                    : "; if what its batches did may be done again: lockkeeper repair " + step.name()
                                            + " --as statement-undone --reason TEXT"))
                    .asException();
        }
        return found.orElse(null);
    }

    @Override
    public void requireAll(Set<Integer> ordinals) {
        known.stream()
                // ordinals below 1 are of the script as a whole
                .filter(p -> p.ordinal() > 0 && p.state() != Progress.State.FAILED && !ordinals.contains(p.ordinal()))
                .findFirst()
                .ifPresent(p -> {
                    throw Problem.of(
                                    Code.MIGRATION_ALTERED,
                                    "statement " + p.ordinal() + ", which an earlier run has begun or done, is gone")
                            .at(Place.of(step.script().file()))
                            .help("restore it, so that the step can be finished as it was begun")
                            .asException();
                });
    }

    @Override
    public @Nullable String position(Statement statement) {
        return position(statement.ordinal());
    }

    @Override
    public @Nullable String position(int ordinal) {
        return known.stream()
                .filter(p -> p.ordinal() == ordinal)
                .findFirst()
                .map(Progress::position)
                .orElse(null);
    }

    @Override
    public String positionSql(Statement statement, String position) {
        return table.sql()
                .progress(
                        new Progress(
                                step.name(),
                                step.direction(),
                                statement.ordinal(),
                                digest(statement),
                                Progress.State.STARTED,
                                position),
                        run);
    }

    @Override
    public void position(int ordinal, String position) {
        control.execute(table.sql()
                .progress(
                        new Progress(step.name(), step.direction(), ordinal, "", Progress.State.DONE, position), run));
    }

    @Override
    public String doneSql(Statement statement, String stateSql) {
        return table.sql().progress(entry(statement, Progress.State.DONE, null, null), stateSql, run);
    }

    @Override
    public void started(Statement statement, String concerns, @Nullable String state) {
        write(entry(statement, Progress.State.STARTED, state, concerns));
    }

    @Override
    public void done(Statement statement, @Nullable String state) {
        write(entry(statement, Progress.State.DONE, state, null));
    }

    @Override
    public void failed(Statement statement) {
        write(entry(statement, Progress.State.FAILED, null, null));
    }

    private void write(Progress progress) {
        control.execute(table.sql().progress(progress, run));
    }

    private Progress entry(
            Statement statement, Progress.State state, @Nullable String session, @Nullable String concerns) {
        return new Progress(
                step.name(), step.direction(), statement.ordinal(), digest(statement), state, null, session, concerns);
    }

    private String digest(Statement statement) {
        return Progress.digest(statement, step.commands().directives());
    }

    @Override
    public String forgetSql() {
        return table.sql().forgetProgress(step.name());
    }
}

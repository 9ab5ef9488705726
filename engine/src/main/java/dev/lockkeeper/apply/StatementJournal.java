package dev.lockkeeper.apply;

import dev.lockkeeper.history.Progress;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers how far a step came that runs statement by statement. */
public interface StatementJournal {
    /** Remembers nothing: for databases that are thrown away. */
    StatementJournal NONE = new StatementJournal() {
        @Override
        public Progress.@Nullable State state(Statement statement) {
            return null;
        }

        @Override
        public String doneSql(Statement statement) {
            return "";
        }

        @Override
        public @Nullable String position(Statement statement) {
            return null;
        }

        @Override
        public String positionSql(Statement statement, String position) {
            return "";
        }

        @Override
        public void position(int ordinal, String position) {}

        @Override
        public void started(Statement statement) {}

        @Override
        public void done(Statement statement) {}

        @Override
        public void failed(Statement statement) {}
    };

    /**
     * How far an earlier run came with the statement; null when it did not come to it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code migration-altered} when it was edited since
     */
    Progress.@Nullable State state(Statement statement);

    /** SQL that records the end of the statement within the statement's own transaction; may be empty. */
    String doneSql(Statement statement);

    /**
     * Makes sure that the script still holds what an earlier run has done of it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code migration-altered} when a statement is gone
     */
    default void requireAll(List<Statement> statements) {}

    /** How far an earlier run came within a statement that runs in batches; null when it did not begin. */
    @Nullable
    String position(Statement statement);

    /** What {@link #position(int, String)} has kept; null when nothing. */
    default @Nullable String position(int ordinal) {
        return null;
    }

    /** SQL that records how far a batch came within the batch's own transaction; may be empty. */
    String positionSql(Statement statement, String position);

    /** Keeps a text until the step is finished; ordinal 0 belongs to the script as a whole. */
    void position(int ordinal, String position);

    void started(Statement statement);

    /**
     * Remembers that the statement begins.
     *
     * @param concerns what it concerns, which {@link #position(Statement)} gives back to a later run
     */
    default void started(Statement statement, String concerns) {
        started(statement);
    }

    void done(Statement statement);

    void failed(Statement statement);

    /** The statement that empties the journal of this script once it has ended; may be empty. */
    default String forgetSql() {
        return "";
    }
}

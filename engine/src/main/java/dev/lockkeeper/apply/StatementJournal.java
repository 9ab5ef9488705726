package dev.lockkeeper.apply;

import dev.lockkeeper.history.Progress;
import dev.lockkeeper.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Remembers how far a step came that runs statement by statement. */
public interface StatementJournal {
    /** Remembers nothing: for databases that are thrown away. */
    StatementJournal NONE = new StatementJournal() {
        @Override
        public boolean isKept() {
            return false;
        }

        @Override
        public @Nullable Progress progress(Statement statement) {
            return null;
        }

        @Override
        public String doneSql(Statement statement, String stateSql) {
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
        public void started(Statement statement, String concerns, @Nullable String state) {}

        @Override
        public void done(Statement statement, @Nullable String state) {}

        @Override
        public void failed(Statement statement) {}
    };

    /**
     * How far an earlier run came with the statement; null when it did not come to it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code migration-altered} when it was edited since
     */
    @Nullable
    Progress progress(Statement statement);

    /** Whether anything is remembered. */
    default boolean isKept() {
        return true;
    }

    /**
     * SQL that records the end of the statement within the statement's own transaction; may be empty.
     *
     * @param stateSql an expression for what the session is then
     */
    String doneSql(Statement statement, String stateSql);

    /**
     * Makes sure that the script still holds what an earlier run has done of it.
     *
     * @param ordinals of the statements that it holds now
     * @throws dev.lockkeeper.problem.LockkeeperException {@code migration-altered} when a statement is gone
     */
    default void requireAll(Set<Integer> ordinals) {}

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

    /**
     * Records that a statement begins that runs in no transaction of others.
     *
     * @param concerns the objects that it concerns, as the server knows them now
     * @param state what the session is
     */
    void started(Statement statement, String concerns, @Nullable String state);

    /**
     * Records that a statement is done.
     *
     * @param state what the session is then; null keeps what was recorded before
     */
    void done(Statement statement, @Nullable String state);

    void failed(Statement statement);

    /** The statement that empties the journal of this script once it has ended; may be empty. */
    default String forgetSql() {
        return "";
    }
}

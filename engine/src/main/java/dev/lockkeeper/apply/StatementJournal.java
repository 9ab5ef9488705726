package dev.lockkeeper.apply;

import dev.lockkeeper.sql.Statement;

/** Remembers how far a step came that runs statement by statement. */
public interface StatementJournal {
    /** Remembers nothing: for databases that are thrown away. */
    StatementJournal NONE = new StatementJournal() {
        @Override
        public boolean isDone(Statement statement) {
            return false;
        }

        @Override
        public String doneSql(Statement statement) {
            return "";
        }

        @Override
        public void started(Statement statement) {}

        @Override
        public void done(Statement statement) {}

        @Override
        public void failed(Statement statement) {}
    };

    /**
     * Whether an earlier run finished the statement.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code statement-interrupted} when nobody knows
     */
    boolean isDone(Statement statement);

    /** SQL that records the end of the statement within the statement's own transaction; may be empty. */
    String doneSql(Statement statement);

    void started(Statement statement);

    void done(Statement statement);

    void failed(Statement statement);

    /** The statement that empties the journal of this script once it has ended; may be empty. */
    default String forgetSql() {
        return "";
    }
}

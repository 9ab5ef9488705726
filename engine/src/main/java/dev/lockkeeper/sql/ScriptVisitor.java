package dev.lockkeeper.sql;

/** Who is told of the parts of a script. */
public interface ScriptVisitor {
    /** A statement, when it has ended. */
    void statement(Statement statement);

    /**
     * A line comment that the server takes for one, its hyphens included; before the statement in which it stands.
     *
     * @param ownLine whether only blanks stand before it on its line
     */
    void comment(int start, String text, boolean ownLine);
}

package dev.lockkeeper.sql;

/** Who is told of the parts of a script in their order. */
public interface ScriptVisitor {
    void statement(Statement statement);

    /** A line comment that the server takes for one, its hyphens included. */
    void comment(int start, String text);
}

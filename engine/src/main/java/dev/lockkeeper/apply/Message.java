package dev.lockkeeper.apply;

import dev.lockkeeper.database.RowCounts;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole script as one message: what prepares the session, the guards before, the script, what it has deferred, the guards
 * after, and what ends it.
 *
 * @param start how many code points stand before the script
 * @param preparing how many statements prepare the session
 */
record Message(
        String sql, int start, int preparing, List<Guard> before, List<Statement> statements, List<Guard> after) {
    /**
     * @param preamble statements that prepare the session
     * @param deferred lets what is deferred have its turn: one statement
     * @param end what ends the script
     */
    static Message of(List<String> preamble, Script.Commands commands, String deferred, String end) {
        List<Guard> before = Guard.before(commands.directives());
        List<Guard> after = Guard.after(commands.directives());
        StringBuilder sql = new StringBuilder();
        preamble.forEach(statement -> sql.append(statement).append(';'));
        before.forEach(guard -> sql.append(guard.sql()).append(";\n"));
        int start = sql.codePointCount(0, sql.length());
        sql.append(commands.sql());
        // the script may end within a comment or without a semicolon
        sql.append(deferred);
        after.forEach(guard -> sql.append(guard.sql()).append(";\n"));
        sql.append(end);
        return new Message(sql.toString(), start, preamble.size(), before, commands.statements(), after);
    }

    /** Counts the statements of the script alone. */
    RowCounts counting(RowTally tally) {
        return (completed, rows) -> {
            int index = completed - preparing - before.size();
            if (index >= 0 && index < statements.size()) {
                tally.add(rows);
            }
        };
    }

    /** Where in the script the server met its reason to refuse the message. */
    Failure failure(Script script, SqlFailure cause) {
        int index = cause.completed() - preparing;
        int ended = index - before.size() - statements.size();
        if (cause.error().position() == 0 && index >= 0 && index < before.size()) {
            return Failure.ofGuard(script, before.get(index), cause);
        }
        if (cause.error().position() == 0 && ended == 0) {
            return Failure.ofDeferred(script, cause);
        }
        if (cause.error().position() == 0 && ended > 0 && ended <= after.size()) {
            return Failure.ofGuard(script, after.get(ended - 1), cause);
        }
        return Failure.ofMessage(script, statements, cause, start, preparing + before.size());
    }

    /** The place of the statement that is at work when so many have completed; null when it is none of the script. */
    @Nullable
    Place place(Script script, int completed) {
        int index = completed - preparing - before.size();
        return index >= 0 && index < statements.size()
                ? script.place(statements.get(index).start())
                : null;
    }
}

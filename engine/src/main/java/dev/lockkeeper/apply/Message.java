package dev.lockkeeper.apply;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.List;

/**
 * A whole script as one message: what cleans the session, the guards before, the script, the guards after, and what closes
 * it.
 *
 * @param start how many code points stand before the script
 * @param cleaning how many statements clean the session
 */
record Message(String sql, int start, int cleaning, List<Guard> before, List<Statement> statements, List<Guard> after) {
    /** @param end what closes it; empty for nothing */
    static Message of(String clean, int cleaning, Script.Commands commands, String asOneself, String end) {
        List<Guard> before = Guard.before(commands.directives());
        List<Guard> after = Guard.after(commands.directives());
        StringBuilder sql = new StringBuilder(clean);
        before.forEach(guard -> sql.append(guard.sql()).append(";\n"));
        int start = sql.codePointCount(0, sql.length());
        sql.append(commands.sql());
        // the script may end within a comment or without a semicolon
        after.forEach(guard -> sql.append("\n;").append(guard.sql()));
        if (!end.isEmpty()) {
            sql.append(asOneself).append(end);
        }
        return new Message(sql.toString(), start, cleaning, before, commands.statements(), after);
    }

    /** Where in the script the server met its reason to refuse the message. */
    Failure failure(Script script, SqlFailure cause) {
        int index = cause.completed() - cleaning;
        int ended = index - before.size() - statements.size();
        if (cause.error().position() == 0 && index >= 0 && index < before.size()) {
            return Failure.ofGuard(script, before.get(index), cause);
        }
        if (cause.error().position() == 0 && ended >= 0 && ended < after.size()) {
            return Failure.ofGuard(script, after.get(ended), cause);
        }
        return Failure.ofMessage(script, statements, cause, start, cleaning + before.size());
    }
}

package dev.lockkeeper.rehearsal;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What sessions do while migrations run beside them: messages, each a transaction, run in turn.
 *
 * @param messages at least one
 */
record Workload(List<String> messages) {
    Workload {
        messages = List.copyOf(messages);
    }

    /**
     * The statements of a script, each a transaction of its own; all are tried once.
     *
     * @throws LockkeeperException when it cannot be split, holds transaction commands, or the server refuses a statement
     */
    static Workload of(Script script, ScriptSession session) {
        List<String> messages = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Statement statement : script.commands().statements()) {
            try {
                session.send(statement.sql(), notice -> {});
                messages.add(statement.sql());
            } catch (SqlFailure e) {
                problems.add(e.problem("a statement of the workload fails").at(script.place(statement.start())));
            }
        }
        if (messages.isEmpty() && problems.isEmpty()) {
            problems.add(Problem.of(Code.USAGE, "the workload is empty").at(Place.of(script.file())));
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return new Workload(messages);
    }

    /**
     * For each table of a database one that reads a row, and one that takes the lock of a writer and changes nothing: no
     * trigger, rule or policy has a say in it.
     *
     * @param record the schema of Lockkeeper's record, left out as the system's schemas are
     */
    static Workload ofTables(Session session, String record) {
        List<String> messages = new ArrayList<>();
        // a partition is locked through its table
        for (@Nullable
        String[] row : session.query("select n.nspname, c.relname from pg_catalog.pg_class c"
                + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                + " where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'"
                + " and n.nspname not in ('information_schema', " + Quote.literal(record) + ") order by 1, 2")) {
            String table = Quote.identifier(String.valueOf(row[0])) + "." + Quote.identifier(String.valueOf(row[1]));
            messages.add("select * from " + table + " limit 1");
            // two statements of one message are a transaction, which the first one needs
            messages.add("lock table " + table + " in row exclusive mode; select 1");
        }
        return messages.isEmpty() ? new Workload(List.of("select 1")) : new Workload(messages);
    }
}

package dev.lockkeeper;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import java.sql.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody else at work in the database, whose SQL goes as it stands. */
public final class Person implements AutoCloseable {
    private final ScriptSession session;

    public Person(Connection connection) {
        this.session = Session.over(connection).scripts();
    }

    public void execute(String sql) {
        session.send(sql, notice -> {});
    }

    public List<@Nullable String[]> query(String sql) {
        List<List<@Nullable String[]>> results = session.resolve(sql);
        return results.isEmpty() ? List.of() : results.get(results.size() - 1);
    }

    /** What it works in. */
    public ScriptSession session() {
        return session;
    }

    public int pid() {
        return session.pid();
    }

    @Override
    public void close() {
        session.close();
    }
}

package dev.lockkeeper;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import java.sql.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody else at work in the database, whose SQL goes as it stands. */
final class Person implements AutoCloseable {
    private final ScriptSession session;

    Person(Connection connection) {
        this.session = Session.over(connection).scripts();
    }

    void execute(String sql) {
        session.send(sql, notice -> {});
    }

    List<@Nullable String[]> query(String sql) {
        List<List<@Nullable String[]>> results = session.resolve(sql);
        return results.isEmpty() ? List.of() : results.get(results.size() - 1);
    }

    int pid() {
        return session.pid();
    }

    @Override
    public void close() {
        session.close();
    }
}

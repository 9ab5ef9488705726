package dev.lockkeeper.database;

import dev.lockkeeper.project.Target;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sessions for Lockkeeper's own SQL that are used again: whoever closes one leaves it to the next. To open one takes a server
 * longer than to apply a short script. Thread-safe; a session itself is for one thread at a time.
 */
public final class Sessions implements AutoCloseable {
    private final Map<Target, Deque<Session>> idle = new HashMap<>();
    private boolean closed;

    /**
     * A session that nobody else uses, see {@link Session#open}.
     *
     * @param application what pg_stat_activity shows
     */
    public Session open(Target target, String application) {
        for (Session known = take(target); known != null; known = take(target)) {
            try {
                known.execute("set application_name = " + Quote.literal(application)
                        + ";select pg_catalog.pg_advisory_unlock_all()");
                return known;
            } catch (SqlFailure gone) {
                known.discard();
            }
        }
        return Session.open(target, application).returning(session -> give(target, session));
    }

    private synchronized @Nullable Session take(Target target) {
        return idle.getOrDefault(target, new ArrayDeque<>()).poll();
    }

    private synchronized void give(Target target, Session session) {
        if (closed) {
            session.discard();
        } else {
            idle.computeIfAbsent(target, key -> new ArrayDeque<>()).add(session);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.values().forEach(sessions -> sessions.forEach(Session::discard));
        idle.clear();
    }
}

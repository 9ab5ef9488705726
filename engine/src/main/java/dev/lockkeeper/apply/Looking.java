package dev.lockkeeper.apply;

import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.Liveness;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.project.Patience;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session that looks at what is half-done and clears it away, opened when it is needed for the first time. It gives way as
 * scripts do, but its statements may work for as long as they need.
 */
final class Looking implements AutoCloseable {
    private final Supplier<Session> sessions;
    private final Patience patience;
    private final Aftermath aftermath;
    private @Nullable Session session;

    Looking(Supplier<Session> sessions, Patience patience, Aftermath aftermath) {
        this.sessions = sessions;
        this.patience = patience;
        this.aftermath = aftermath;
    }

    Session session() {
        Session open = session;
        if (open != null && !open.isOpen()) {
            // it waits while a statement runs for long, and somebody may end it
            close();
            open = null;
        }
        if (open == null) {
            open = sessions.get().unlimited();
            session = open;
            Backend.of(open.query("set lock_timeout = " + patience.lock().toMillis() + ";set statement_timeout = 0;"
                            + Liveness.ifOwnSql(open) + ";" + Backend.AS_LOGIN + Backend.sql()))
                    .ifPresent(aftermath::add);
        }
        return open;
    }

    @Override
    public void close() {
        if (session == null) {
            return;
        }
        try {
            session.close();
        } catch (SqlFailure e) {
            // the server will notice
        }
    }
}

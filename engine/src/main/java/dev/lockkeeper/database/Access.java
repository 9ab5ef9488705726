package dev.lockkeeper.database;

import dev.lockkeeper.project.Target;
import java.util.function.Consumer;

/** How sessions with one database are had. All of its methods that open one throw {@link dev.lockkeeper.problem.LockkeeperException}. */
public interface Access {
    /**
     * A session that works on the record.
     *
     * @param application what pg_stat_activity shows
     */
    Session session(String application);

    /** A session that only reads, and leaves nothing behind in the connection. */
    Session glance(String application);

    /** A session that a run can do without: it takes no connection that the run itself waits for. */
    Session spare(String application);

    /** A session in which scripts run, as new. */
    ScriptSession scripts(String application);

    /** Who logs in. */
    String user();

    /** Whether a search_path comes with each connection, which must then not be set otherwise. */
    boolean choosesSearchPath();

    /** What it is called for programs; without secrets. */
    String address();

    /**
     * By an address: each session is a connection of its own.
     *
     * @param opened told of each session that works on the record or reads, as soon as it is open
     */
    record Direct(Target target, Consumer<Session> opened) implements Access {
        public Direct(Target target) {
            this(target, session -> {});
        }

        @Override
        public Session session(String application) {
            Session session = Session.open(target, application);
            opened.accept(session);
            return session;
        }

        @Override
        public Session glance(String application) {
            return session(application);
        }

        @Override
        public Session spare(String application) {
            return session(application);
        }

        @Override
        public ScriptSession scripts(String application) {
            return ScriptSession.open(target, application);
        }

        @Override
        public String user() {
            return target.user();
        }

        @Override
        public boolean choosesSearchPath() {
            return target.choosesSearchPath();
        }

        @Override
        public String address() {
            return target.address();
        }
    }
}

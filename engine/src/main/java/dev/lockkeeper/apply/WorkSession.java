package dev.lockkeeper.apply;

import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.project.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The session in which scripts run. It is replaced by a new connection when a script has left in it what the end of a script
 * does not clear away, so that each script finds what it would find in a session of its own.
 */
final class WorkSession implements AutoCloseable {
    private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(100);

    private final ScriptSession session;
    private final Patience patience;
    private final boolean ownSchema;
    private final Consumer<Backend> entering;
    /** Read by the watch too, and by who writes the next message. */
    private volatile SessionFacts facts;

    private boolean spoilt;
    private long asked = System.nanoTime();
    private boolean used;

    /**
     * @param ownSchema whether unqualified names must be kept out of the schema that is called like the user, which is the
     *     first of the search path (manual, "search_path"), because it holds the record
     * @param entering told each process before a script runs in it
     */
    WorkSession(ScriptSession session, Patience patience, boolean ownSchema, Consumer<Backend> entering) {
        this.session = session;
        this.patience = patience;
        this.ownSchema = ownSchema;
        this.entering = entering;
        this.facts = SessionFacts.of(session);
        entering.accept(facts.backend());
    }

    ScriptSession session() {
        return session;
    }

    SessionFacts facts() {
        return facts;
    }

    /** What may be left in it cannot be cleared away. */
    void spoil() {
        spoilt = true;
    }

    /** Makes it as new. */
    void prepare() {
        if (spoilt || (used && (facts.hides() || isOld()))) {
            renew();
        }
        used = true;
    }

    /** Whether others have changed what a new session begins with. Scripts are often shorter than the question. */
    private boolean isOld() {
        long now = System.nanoTime();
        if (now - asked < FRESH) {
            return false;
        }
        asked = now;
        return !session.ask(facts.roleSettings().changed("false")).get(0).isEmpty();
    }

    /** Leaves the connection to others as new. */
    void leave() {
        if (spoilt || (used && facts.hides())) {
            session.renew();
        }
    }

    private void renew() {
        session.renew();
        facts = SessionFacts.of(session);
        asked = System.nanoTime();
        spoilt = false;
        entering.accept(facts.backend());
    }

    /**
     * The statements before a script that is one message, none of which is a query: after one a script could not choose its
     * isolation level.
     *
     * @param facts of the session that it is for
     */
    List<String> preamble(SessionFacts facts) {
        List<String> preamble = new ArrayList<>(facts.preamble());
        if (ownSchema && !facts.choosesPath()) {
            preamble.add("set search_path = public");
        }
        limit(preamble, "lock_timeout", patience.lock());
        limit(preamble, "statement_timeout", patience.statement());
        return preamble;
    }

    /**
     * The same before a script that is sent in several messages. The driver gives a session up that is in another date style
     * at the end of a message; what changes the data, the order of day and month, stays.
     */
    String preambleOfMany() {
        return String.join(";", preamble(facts)) + ";set datestyle = iso";
    }

    /** Without a limit the database's own holds. */
    private static void limit(List<String> preamble, String setting, Duration limit) {
        if (!limit.isZero()) {
            preamble.add("set " + setting + " = " + limit.toMillis());
        }
    }

    @Override
    public void close() {
        session.close();
    }
}

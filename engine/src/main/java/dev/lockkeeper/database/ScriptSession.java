package dev.lockkeeper.database;

import dev.lockkeeper.project.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session in which scripts run: what they say means what it would mean in psql, so nothing is set for them here. Own SQL
 * goes in through {@link #ask}, or stands behind {@link #TRUSTED} in the message of a script. Not thread-safe, but for {@link
 * #cut}.
 */
public final class ScriptSession implements AutoCloseable {
    /**
     * Before own SQL in a message of a script: from here to the end of the transaction names mean what is in {@code
     * pg_catalog}. What the session has set comes back with the end of the transaction.
     */
    public static final String TRUSTED = "set local search_path = pg_catalog, pg_temp;";

    private final Wire wire;
    private final Duration silence;
    private final Map<String, String> given;

    ScriptSession(Wire wire, Duration silence, Map<String, String> given) {
        this.wire = wire;
        this.silence = silence;
        this.given = given;
    }

    /** Connects, see {@link Session#open}. */
    public static ScriptSession open(Target target, String application) {
        return new ScriptSession(
                Session.wire(target, application),
                Session.silence(target),
                target.approach().settings());
    }

    /** How long the connection may be silent before it is taken for dead; zero means for ever. */
    public Duration silence() {
        return silence;
    }

    /** The settings that the address asks for, of those that the driver sets otherwise, by their names. */
    public Map<String, String> given() {
        return given;
    }

    /** From now on an answer may take for ever. Somebody else must notice when the connection is dead. */
    public ScriptSession unlimited() {
        wire.unlimited();
        return this;
    }

    /** Begins anew: another connection, which nothing knows of what was before. */
    public void renew() {
        wire.reopen();
    }

    /**
     * Sends a message as it stands; rows that it returns are dropped as they come.
     *
     * @param notices told what the server says beside its answer, in order
     * @return how many rows the last statement that counts rows has changed
     * @throws SqlFailure with the number of statements that had completed
     */
    public long send(String message, Consumer<Notice> notices) {
        return wire.execute(message, notices);
    }

    /**
     * The same.
     *
     * @param counts told what each statement has changed, also when a later one fails
     */
    public long send(String message, Consumer<Notice> notices, RowCounts counts) {
        return wire.execute(message, notices, counts);
    }

    /** Runs {@code COPY ... FROM STDIN} with its data; gives the number of its rows. */
    public long copyIn(String sql, String data, Consumer<Notice> notices) {
        return wire.copyIn(sql, data, notices);
    }

    /** Runs {@code COPY ... TO STDOUT}; its rows are dropped as they come. */
    public void copyOut(String sql, Consumer<Notice> notices) {
        wire.copyOut(sql, notices);
    }

    /** Asks with own SQL, in a transaction of its own that changes nothing of the session. */
    public List<List<@Nullable String[]>> ask(String sql) {
        return wire.query(Session.trusted(wire) + sql);
    }

    /**
     * Asks in the path and role of the script. No function, operator, cast or type in it may be looked for in that path,
     * because objects in it may belong to anybody.
     */
    public List<List<@Nullable String[]>> resolve(String sql) {
        return wire.query(sql);
    }

    /** Whether a transaction is open. */
    public boolean inTransaction() {
        return !wire.isIdle();
    }

    /**
     * Asks with own SQL what is so at this point of a script, whether it is in a transaction or not; nothing that it sets stays,
     * and nothing that it reads is remembered, but for the snapshot that the transaction has from now on.
     */
    public List<List<@Nullable String[]>> inspect(String sql) {
        if (wire.isIdle()) {
            return ask(sql);
        }
        return wire.query("savepoint lockkeeper_inspection;" + Session.trusted(wire)
                + "set local session authorization default;" + sql
                + ";rollback to savepoint lockkeeper_inspection;release savepoint lockkeeper_inspection");
    }

    /** Ends the connection at once, also while another thread waits for an answer, which then fails. */
    public void cut() {
        wire.cut();
    }

    /** Whether a backslash in a plain string is a plain character as long as no script says otherwise. */
    public boolean standardStrings() {
        return wire.beganWithStandardStrings();
    }

    /** The process id of the server's side, as the start of the connection has named it. */
    public int pid() {
        return wire.pid();
    }

    /** Closes the connection; a transaction that is still open aborts. */
    @Override
    public void close() {
        wire.close();
    }
}

package dev.lockkeeper.database;

import dev.lockkeeper.project.Target;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session for Lockkeeper's own SQL. Whoever may create what anywhere, and whatever is set for the role or the database:
 * each message is one transaction that begins with {@link #TRUST}, so that names in it mean what is in {@code pg_catalog}
 * and values read alike. Scripts run in a {@link ScriptSession}. Not thread-safe, but for {@link #cut}.
 */
public final class Session implements AutoCloseable {
    /**
     * Local to the transaction: behind a pooler the server's session is lent to others next. A row that a policy would hide
     * is an error (manual, "row_security"). What is read after a lock must be what is there then, whatever isolation level is
     * the default.
     */
    private static final String TRUST = trust(
            "search_path", "pg_catalog, pg_temp",
            "row_security", "off",
            "standard_conforming_strings", "on",
            "transform_null_equals", "off",
            "quote_all_identifiers", "off",
            "datestyle", "'ISO, YMD'",
            "intervalstyle", "postgres",
            "timezone", "'UTC'",
            "bytea_output", "hex",
            "extra_float_digits", "1",
            "statement_timeout", "0",
            "lock_timeout", "'20s'");

    private static final String READ_COMMITTED = "set transaction isolation level read committed;";

    private final Wire wire;
    private final Duration silence;
    private final @Nullable Consumer<Session> back;
    private final String limits;

    private Session(Wire wire, Duration silence) {
        this(wire, silence, null, "");
    }

    private Session(Wire wire, Duration silence, @Nullable Consumer<Session> back, String limits) {
        this.wire = wire;
        this.silence = silence;
        this.back = back;
        this.limits = limits;
    }

    /** The same, given back instead of closed, unless a transaction is open. */
    Session returning(Consumer<Session> receiver) {
        return new Session(wire, silence, receiver, limits);
    }

    /**
     * A session over the same connection whose statements wait and work no longer than that: what a message sets is set anew by the
     * next one.
     *
     * @param lock how long a statement waits for a lock, such as {@code 2s}
     * @param statement how long it works
     */
    public Session limited(String lock, String statement) {
        return new Session(
                wire,
                silence,
                back,
                "set local lock_timeout = " + Quote.literal(lock) + ";set local statement_timeout = "
                        + Quote.literal(statement) + ";");
    }

    private String prefix() {
        return trusted(wire) + limits;
    }

    /** What a message of own SQL begins with. Within a transaction its isolation level is what it is. */
    static String trusted(Wire wire) {
        return wire.isIdle() ? READ_COMMITTED + TRUST : TRUST;
    }

    private static String trust(String... settings) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < settings.length; i += 2) {
            sql.append("set local ")
                    .append(settings[i])
                    .append(" = ")
                    .append(settings[i + 1])
                    .append(';');
        }
        return sql.toString();
    }

    /**
     * Connects. An answer may take as long as {@link #silence} says, which is meant for short statements.
     *
     * @param application what pg_stat_activity shows, cut by the server after 63 bytes
     * @throws dev.lockkeeper.problem.LockkeeperException {@code connection-failed}, {@code
     *     authentication-failed}, or {@code server-exhausted} when it has no connection left
     */
    public static Session open(Target target, String application) {
        Wire wire = wire(target, application);
        wire.requireStandardStrings();
        return new Session(wire, silence(target));
    }

    /** Over what a pool has lent. */
    static Session over(Wire wire, Duration silence) {
        return new Session(wire, silence);
    }

    static Duration silence(Target target) {
        return Liveness.silence(Liveness.complete(target, new Properties()));
    }

    static Wire wire(Target target, String application) {
        Properties properties = properties(target, application);
        return new Wire(() -> Line.of(Connector.open(target, properties)));
    }

    private static Properties properties(Target target, String application) {
        Properties properties = Liveness.complete(target, new Properties());
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("ApplicationName", application);
        // spares a round trip: the name then travels in the start-up message
        properties.setProperty("assumeMinServerVersion", "15");
        // a script may choose another encoding for what it sends, and the driver then writes that
        properties.setProperty("allowEncodingChanges", "true");
        return properties;
    }

    /** Takes over an open connection; it must be in autocommit. Closing the session closes it. */
    public static Session over(Connection connection) {
        return new Session(new Wire(connection), Duration.ZERO);
    }

    /** A session for scripts over the same connection; both must not be at work at once. */
    public ScriptSession scripts() {
        return new ScriptSession(wire, silence, Map.of());
    }

    /** From now on an answer may take for ever. Somebody else must notice when the connection is dead. */
    public Session unlimited() {
        wire.unlimited();
        return this;
    }

    /** How long the connection may be silent before it is taken for dead; zero means for ever. */
    public Duration silence() {
        return silence;
    }

    /**
     * Notices that the connection has ended, if word of that has come; asks nobody.
     *
     * @throws SqlFailure when it has
     */
    public void requireOpen() {
        wire.requireOpen();
    }

    /** Whether no word has come that it has ended; asks nobody. The word comes once: whoever hears of it must keep it in mind. */
    public boolean isOpen() {
        try {
            requireOpen();
            return true;
        } catch (SqlFailure e) {
            return false;
        }
    }

    /** Whether somebody between client and server lends the server's sessions to its clients. */
    public boolean isPooled() {
        return Pooler.isBetween(this);
    }

    /**
     * Whether what is between lends another session of the server to each transaction, as a transaction pooler does.
     *
     * @param others opens more sessions, which are closed again
     */
    public boolean isLent(Supplier<Session> others) {
        return Pooler.isBetween(this) && Pooler.lends(this, others);
    }

    /** Ends the connection at once, also while another thread waits for an answer, which then fails. */
    public void cut() {
        wire.cut();
    }

    /** Asks the server to give up what another thread waits for, which then fails; with nothing to give up nothing happens. */
    public void cancel() {
        wire.cancel();
    }

    /** Sends one message, which is one transaction, and waits for its end; rows that it returns are dropped. */
    public void execute(String message) {
        wire.execute(prefix() + message, notice -> {});
    }

    /**
     * Sends one statement that the server runs in no transaction, without {@link #TRUST}: it must name what it concerns with
     * schema and quotes, and call nothing.
     */
    public void alone(String statement) {
        wire.execute(statement, notice -> {});
    }

    /** Sends one message and gives the rows of its last result, every value as text, SQL NULL as null. */
    public List<@Nullable String[]> query(String message) {
        List<List<@Nullable String[]>> results = queryAll(message);
        return results.isEmpty() ? List.of() : results.get(results.size() - 1);
    }

    /** Sends one message and gives the rows of each of its results that has rows. */
    public List<List<@Nullable String[]>> queryAll(String message) {
        return wire.query(prefix() + message);
    }

    /**
     * Runs {@code COPY ... FROM STDIN} in the transaction that is open, names meaning what they mean in other own SQL.
     *
     * @param data in the server's text form, in UTF-8; read to its end, and closed by who opened it
     * @return the number of rows that were sent
     * @throws SqlFailure when the server refuses them
     * @throws java.io.UncheckedIOException when the data cannot be read
     */
    public long copyIn(String sql, InputStream data) {
        wire.execute(prefix(), notice -> {});
        return wire.copyIn(sql, data, notice -> {});
    }

    /**
     * Runs {@code COPY ... TO STDOUT} in the transaction that is open, names meaning what they mean in other own SQL.
     *
     * @param before what is set for it in this transaction, each with its semicolon
     * @param rows gets what comes, as it comes; it must take all of it and throw nothing
     * @return the number of rows that came
     * @throws SqlFailure when the server refuses it
     */
    long copyOut(String before, String sql, OutputStream rows) {
        wire.execute(prefix() + before, notice -> {});
        return wire.copyOut(sql, rows, notice -> {});
    }

    /** The server's version as it calls itself, such as {@code 18.6}. */
    public String serverVersion() {
        return wire.serverVersion();
    }

    /** The process id of the server's side, as the start of the connection has named it. */
    public int pid() {
        return wire.pid();
    }

    /** Closes the connection, or gives it back to where it is kept; a transaction that is still open aborts. */
    @Override
    public void close() {
        if (back != null && wire.isIdle()) {
            back.accept(this);
        } else {
            wire.close();
        }
    }

    /** Closes the connection; a failure to do so means that it is gone. */
    void discard() {
        try {
            wire.close();
        } catch (SqlFailure gone) {
            // there is nothing left to close
        }
    }
}

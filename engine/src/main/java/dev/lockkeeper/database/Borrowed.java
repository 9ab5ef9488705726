package dev.lockkeeper.database;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.jdbc.PreferQueryMode;

/** A connection that an application has lent: what it was like, made ready for messages of ours, and back. Not thread-safe. */
final class Borrowed {
    /** What a connection is lent for. */
    enum Use {
        /** Own SQL that leaves nothing behind. */
        READING,
        /** Own SQL that locks and sets. */
        RECORD,
        /** Scripts of others, which must find a session as new. */
        SCRIPTS
    }

    /** What drivers and pools set for themselves, and each script finds as the database prescribes it. */
    private static final Set<String> OWN =
            Set.of("application_name", "client_encoding", "DateStyle", "extra_float_digits", "TimeZone");

    /** Resolves nothing by the path of the session, which may be anybody's. */
    private static final String STATE = "select s.name, s.setting, s.reset_val, s.source from pg_catalog.pg_settings s"
            + " where s.source operator(pg_catalog.=) 'session'::pg_catalog.text"
            + " or s.name operator(pg_catalog.=) 'search_path'::pg_catalog.text;"
            + " begin; select pg_catalog.current_setting('role'), session_user; reset session authorization; reset role;"
            + " select pg_catalog.current_setting('role'), session_user; rollback";

    private final BaseConnection driver;
    private final boolean autoCommit;
    private final int networkTimeout;
    private final AutoSave autoSave;
    private final PreferQueryMode mode;
    private final String user;
    private boolean choosesSearchPath;

    private Borrowed(BaseConnection driver) throws SQLException {
        this.driver = driver;
        this.autoCommit = driver.getAutoCommit();
        this.networkTimeout = driver.getNetworkTimeout();
        this.autoSave = driver.getAutosave();
        this.mode = driver.getQueryExecutor().getPreferQueryMode();
        this.user = driver.getMetaData().getUserName();
    }

    /**
     * Looks below what a pool has put around the connection; changes nothing.
     *
     * @throws LockkeeperException {@code data-source-unfit}
     */
    static Borrowed of(Connection lent) throws SQLException {
        if (!lent.isWrapperFor(BaseConnection.class)) {
            throw stranger(lent);
        }
        BaseConnection driver = lent.unwrap(BaseConnection.class);
        if (!driver.isClosed() && driver.getTransactionState() != TransactionState.IDLE) {
            throw unfit("the DataSource gave a connection in which a transaction is open")
                    .because("it belongs to others, who would commit or abort what Lockkeeper does")
                    .help(
                            "call Lockkeeper outside of a transaction, with the DataSource itself instead of one that follows"
                                    + " the running transaction")
                    .asException();
        }
        if (lent.isReadOnly() || driver.isReadOnly()) {
            throw unfit("the connections of the DataSource are read-only")
                    .help("give Lockkeeper a DataSource whose connections may write, at the primary server")
                    .asException();
        }
        return new Borrowed(driver);
    }

    static Problem unfit(String message) {
        return Problem.of(Code.DATA_SOURCE_UNFIT, message);
    }

    private static LockkeeperException stranger(Connection lent) throws SQLException {
        DatabaseMetaData about = lent.getMetaData();
        String product = about == null ? "" : String.valueOf(about.getDatabaseProductName());
        boolean postgres = product.equals("PostgreSQL");
        return unfit("the connections of the DataSource are not of the driver of PostgreSQL (pgjdbc)")
                .because("they are of " + lent.getClass().getName()
                        + (product.isEmpty() || postgres ? "" : ", the database is " + product)
                        + (postgres
                                ? ", and what is in them does not unwrap to org.postgresql.core.BaseConnection"
                                : ""))
                .help(
                        postgres
                                ? "give Lockkeeper the DataSource below, or let the driver be loaded by the class loader that"
                                        + " loads Lockkeeper"
                                : "give Lockkeeper a DataSource of org.postgresql, or a pool of its connections")
                .asException();
    }

    BaseConnection driver() {
        return driver;
    }

    String user() {
        return user;
    }

    boolean choosesSearchPath() {
        return choosesSearchPath;
    }

    /** How long its connection may be silent in a session whose statements are short. */
    Duration silence() {
        return networkTimeout == 0 ? Liveness.silence() : Duration.ofMillis(networkTimeout);
    }

    /**
     * Makes it ready.
     *
     * @param application what pg_stat_activity shows
     * @throws LockkeeperException {@code data-source-unfit} when something was set in it that scripts would find or lose
     */
    void prepare(Use use, String application) throws SQLException {
        driver.setAutoCommit(true);
        driver.setAutosave(AutoSave.NEVER);
        // else the driver cuts messages into statements, and sends them by themselves
        driver.getQueryExecutor().setPreferQueryMode(PreferQueryMode.SIMPLE);
        driver.setNetworkTimeout(Runnable::run, Math.toIntExact(silence().toMillis()));
        if (use == Use.READING) {
            return;
        }
        requireUnset();
        if (use == Use.SCRIPTS) {
            execute("discard all");
        }
        execute("set application_name = " + Quote.literal(application));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = driver.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private void requireUnset() throws SQLException {
        List<String> set = new ArrayList<>();
        try (Statement statement = driver.createStatement()) {
            statement.setEscapeProcessing(false);
            boolean rows = statement.execute(STATE);
            List<String> who = new ArrayList<>();
            for (int result = 0; rows || statement.getUpdateCount() != -1; rows = statement.getMoreResults()) {
                if (rows) {
                    result++;
                    try (ResultSet found = statement.getResultSet()) {
                        while (found.next()) {
                            if (result == 1) {
                                setting(found, set);
                            } else {
                                who.add("role = " + found.getString(1) + ", user = " + found.getString(2));
                            }
                        }
                    }
                }
            }
            if (!who.get(0).equals(who.get(1))) {
                set.add(who.get(0));
            }
        }
        if (!set.isEmpty()) {
            throw unfit("the connections of the DataSource come with settings of their own: " + String.join("; ", set))
                    .because(
                            "the pool sets them when it opens or lends a connection, or somebody has left them in this one:"
                                    + " scripts would run differently from one time to the next")
                    .help(
                            "set them where each session begins: in the address of the DataSource (currentSchema, options) or"
                                    + " with alter role ... set; or give Lockkeeper a DataSource without them")
                    .asException();
        }
    }

    private void setting(ResultSet found, List<String> set) throws SQLException {
        String name = String.valueOf(found.getString(1));
        String value = String.valueOf(found.getString(2));
        String source = String.valueOf(found.getString(4));
        if (name.equals("search_path")) {
            choosesSearchPath = source.equals("client");
        }
        if (source.equals("session") && !OWN.contains(name) && !value.equals(found.getString(3))) {
            set.add(name + " = " + value);
        }
    }

    /** Gives the driver's side the state back in which it came; does nothing with a closed connection. */
    void restore() throws SQLException {
        if (!driver.isClosed()) {
            driver.getQueryExecutor().setPreferQueryMode(mode);
            driver.setAutosave(autoSave);
            driver.setNetworkTimeout(Runnable::run, networkTimeout);
            driver.setAutoCommit(autoCommit);
        }
    }
}

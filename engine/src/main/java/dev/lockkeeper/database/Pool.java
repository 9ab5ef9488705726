package dev.lockkeeper.database;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * Sessions over connections that an application lends. A connection in which something was set never goes back to others: it
 * is closed, and the pool opens another one when it wants to. One that was only read with goes back as it came. Thread-safe.
 */
public final class Pool implements Access, AutoCloseable {
    /** How many dead connections a pool may give in a row, such as all those that a restart of the server has left in it. */
    private static final int DEAD = 20;

    private final DataSource source;
    private final IdentityHashMap<BaseConnection, Line> lines = new IdentityHashMap<>();
    private int wanted;
    private boolean spareIsAsked;
    private boolean closed;
    private @Nullable Connection handedOver;
    private @Nullable Line spare;
    private volatile @Nullable Borrowed last;

    /** Asks for no connection yet. */
    public Pool(DataSource source) {
        this.source = source;
    }

    @Override
    public Session session(String application) {
        return session(false, Borrowed.Use.RECORD, application);
    }

    @Override
    public Session spare(String application) {
        return session(true, Borrowed.Use.RECORD, application);
    }

    @Override
    public Session glance(String application) {
        return session(false, Borrowed.Use.READING, application);
    }

    private Session session(boolean isSpare, Borrowed.Use use, String application) {
        Wire wire = new Wire(() -> line(isSpare, use, application));
        if (use == Borrowed.Use.RECORD) {
            wire.requireStandardStrings();
        }
        return Session.over(wire, silence());
    }

    @Override
    public ScriptSession scripts(String application) {
        Wire wire = new Wire(() -> line(false, Borrowed.Use.SCRIPTS, application));
        return new ScriptSession(wire, silence(), Map.of());
    }

    private Duration silence() {
        Borrowed known = last;
        return known == null ? Liveness.silence() : known.silence();
    }

    /** Who logs in; known with the first session. */
    @Override
    public String user() {
        Borrowed known = last;
        return known == null ? "" : known.user();
    }

    /** Known with the first session. */
    @Override
    public boolean choosesSearchPath() {
        Borrowed known = last;
        return known != null && known.choosesSearchPath();
    }

    @Override
    public String address() {
        return "";
    }

    private Line line(boolean isSpare, Borrowed.Use use, String application) {
        for (int attempt = 1; ; attempt++) {
            Connection lent = isSpare ? notNeeded() : needed();
            @Nullable Line line = null;
            try {
                Borrowed borrowed = Borrowed.of(lent);
                line = keep(lent, borrowed, use, isSpare);
                borrowed.prepare(use, application);
                last = borrowed;
                return line;
            } catch (LockkeeperException e) {
                end(line, lent);
                throw e;
            } catch (SQLException | SqlFailure e) {
                end(line, lent);
                SqlFailure failure = e instanceof SqlFailure known ? known : new SqlFailure((SQLException) e, 0);
                if (!failure.connectionLost() || attempt == DEAD) {
                    throw failure.problem("a connection that the DataSource gave does not work")
                            .asException(failure);
                }
            }
        }
    }

    private synchronized Line keep(Connection lent, Borrowed borrowed, Borrowed.Use use, boolean isSpare) {
        BaseConnection driver = borrowed.driver();
        if (lines.containsKey(driver)) {
            throw Borrowed.unfit("the DataSource gave a connection a second time that is still in use")
                    .because("a run needs several connections at once, each with a session of its own")
                    .help("give Lockkeeper a DataSource that opens connections, or a pool of them: not one that holds a"
                            + " single connection, or that of the running transaction")
                    .asException();
        }
        Line.Returning returning = () -> {
            forget(driver);
            boolean dead = driver.isClosed();
            try {
                borrowed.restore();
            } finally {
                giveBack(lent, dead);
            }
        };
        Line line = Line.lent(driver, use == Borrowed.Use.READING, returning);
        lines.put(driver, line);
        spare = isSpare ? line : spare;
        return line;
    }

    /** Pools complain of a connection that is closed, and replace it. */
    private static void giveBack(Connection lent, boolean dead) throws SQLException {
        try {
            lent.close();
        } catch (SQLException e) {
            if (!dead) {
                throw e;
            }
        }
    }

    private synchronized void forget(BaseConnection driver) {
        Line line = lines.remove(driver);
        spare = spare == line ? null : spare;
    }

    private static void end(@Nullable Line line, Connection lent) {
        try {
            if (line == null) {
                lent.close();
            } else {
                line.close();
            }
        } catch (SQLException gone) {
            // what the pool says of a connection that is closed changes nothing
        }
    }

    /**
     * A connection without which the run cannot go on. In a small pool it may be the one that the watch of the run has or waits
     * for, perhaps for the very place that this run has just given up: the watch comes again.
     */
    private Connection needed() {
        @Nullable Line place;
        synchronized (this) {
            wanted++;
            try {
                while (spareIsAsked && handedOver == null) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                wanted--;
            }
            Connection given = handedOver;
            handedOver = null;
            if (given != null) {
                return given;
            }
            place = spare;
        }
        if (place != null) {
            cut(place);
        }
        return lend();
    }

    private static void cut(Line line) {
        try {
            line.cut();
        } catch (SQLException gone) {
            // there is nothing left to close
        }
    }

    private Connection notNeeded() {
        synchronized (this) {
            if (closed || spareIsAsked || wanted > 0) {
                throw none();
            }
            spareIsAsked = true;
        }
        @Nullable Connection given = null;
        try {
            given = lend();
        } finally {
            synchronized (this) {
                spareIsAsked = false;
                notifyAll();
                if (given != null && wanted > 0 && handedOver == null) {
                    handedOver = given;
                    given = null;
                } else if (given != null && closed) {
                    end(null, given);
                    given = null;
                }
            }
        }
        if (given == null) {
            throw none();
        }
        return given;
    }

    /** It is asked for again later. */
    private static LockkeeperException none() {
        return Problem.of(Code.CONNECTION_FAILED, "the run needs the connection itself")
                .asException();
    }

    private Connection lend() {
        try {
            Connection given = source.getConnection();
            if (given != null) {
                return given;
            }
        } catch (SQLException | RuntimeException e) {
            throw Lending.refused(e, isLending());
        }
        throw Borrowed.unfit("the DataSource gave null for a connection").asException();
    }

    private synchronized boolean isLending() {
        return !lines.isEmpty();
    }

    /** Gives back whatever is still lent. */
    @Override
    public void close() {
        List<Line> left;
        @Nullable Connection given;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(lines.values());
            given = handedOver;
            handedOver = null;
        }
        left.forEach(Pool::cut);
        if (given != null) {
            end(null, given);
        }
    }
}

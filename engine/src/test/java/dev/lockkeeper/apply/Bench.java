package dev.lockkeeper.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.Person;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.Statement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An empty database in which one statement is interrupted in the middle and settled. */
final class Bench implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final String database;
    private final Session own;
    private final Person looking;
    private Person work;

    Bench(EmbeddedPostgres server) {
        this.server = server;
        this.database = server.createDatabase();
        this.own = Session.over(connect());
        this.looking = open();
        this.work = open();
    }

    Person open() {
        return new Person(connect());
    }

    private Connection connect() {
        try {
            return server.connect(database);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the script has set in its session before. */
    Bench script(String sql) {
        work.execute(sql);
        return this;
    }

    Bench execute(String sql) {
        try (Person session = open()) {
            session.execute(sql);
        }
        return this;
    }

    /** Runs each statement in a message of its own. */
    Bench each(String... statements) {
        try (Person session = open()) {
            List.of(statements).forEach(session::execute);
        }
        return this;
    }

    /** Runs a statement that the server refuses. */
    Bench refused(String sql) {
        try (Person session = open()) {
            session.execute(sql);
        } catch (SqlFailure expected) {
            return this;
        }
        throw new AssertionError("the server takes " + sql);
    }

    List<String> rows(String sql) {
        return query(sql).stream()
                .map(row -> Arrays.stream(row).map(String::valueOf).collect(Collectors.joining("|")))
                .toList();
    }

    /** As a person would, with the path of the database. */
    private List<@Nullable String[]> query(String sql) {
        return looking.query(sql);
    }

    String database() {
        return database;
    }

    Session own() {
        return own;
    }

    static Statement statement(String sql) {
        return Splitter.split(sql).get(0);
    }

    /** As the journal gives it back. */
    Concern resolve(String sql) {
        return Concern.parse(Settlement.resolve(work.session(), statement(sql)).text())
                .orElseThrow();
    }

    /** Runs a statement to its end. */
    Concern run(String sql) {
        Concern concern = resolve(sql);
        work.execute(sql);
        return concern;
    }

    /** Runs a statement that the server refuses. */
    Concern fail(String sql) {
        Concern concern = resolve(sql);
        assertThat(catchFailure(() -> work.execute(sql))).isTrue();
        return concern;
    }

    /** A transaction that looks at the table keeps the statement waiting, until the statement's session is ended. */
    Concern kill(String table, String sql) {
        return stop(
                "begin isolation level repeatable read; select * from " + table, "pg_terminate_backend", "true", sql);
    }

    /** Ends the session of a REINDEX in its last wait, when the new indexes are in place and the old ones are not dropped. */
    Concern killLate(String table, String sql) {
        String swapped = "exists (select from pg_class where relname like '%\\_ccold')";
        return stop("begin; select * from " + table, "pg_terminate_backend", swapped, sql);
    }

    Concern cancel(String table, String sql) {
        return stop("begin isolation level repeatable read; select * from " + table, "pg_cancel_backend", "true", sql);
    }

    private Concern stop(String hold, String how, String when, String sql) {
        Concern concern = resolve(sql);
        int pid = work.pid();
        try (Person holder = open()) {
            holder.execute(hold);
            CompletableFuture<Boolean> run = CompletableFuture.supplyAsync(
                    () -> catchFailure(() -> work.execute(sql)), thread -> new Thread(thread).start());
            while (!run.isDone()
                    && rows("select " + how + "(pid) from pg_stat_activity where wait_event_type = 'Lock' and pid = "
                                    + pid + " and " + when)
                            .isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(run.get(60, TimeUnit.SECONDS))
                    .as("the statement was stopped")
                    .isTrue();
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        if (how.equals("pg_terminate_backend")) {
            work.close();
            work = open();
        }
        return concern;
    }

    /** The common pool of two cores has no room for work that waits. */
    static CompletableFuture<Void> inThread(Runnable work) {
        return CompletableFuture.runAsync(work, thread -> new Thread(thread).start());
    }

    private static boolean catchFailure(Runnable work) {
        try {
            work.run();
            return false;
        } catch (SqlFailure expected) {
            return true;
        }
    }

    /** After the death of the session. */
    Settled settle(String sql, Concern concern) {
        return new Settlement(own).settle(statement(sql), concern, false);
    }

    /** After the server's refusal. */
    Settled settleFailed(String sql, Concern concern) {
        return new Settlement(own).settle(statement(sql), concern, true);
    }

    /** Settles as that role. */
    Settled settleAs(String role, String sql, Concern concern) {
        try (Session session = Session.over(connect())) {
            session.execute("set session authorization " + role);
            return new Settlement(session).settle(statement(sql), concern, false);
        }
    }

    Optional<Flaw> verify(String sql, Concern concern) {
        return new Settlement(own).verify(statement(sql), concern);
    }

    /** All invalid indexes, those of toast tables too. */
    List<String> invalid() {
        return rows("select indexrelid::regclass from pg_index where not indisvalid or not indisready order by 1");
    }

    @Override
    public void close() {
        own.close();
        looking.close();
        work.close();
        server.dropDatabase(database);
    }
}

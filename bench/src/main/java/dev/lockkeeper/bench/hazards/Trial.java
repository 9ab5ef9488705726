package dev.lockkeeper.bench.hazards;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One side of a case, carried out in a database of its own while others look on. */
final class Trial implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final String database;
    private final List<Effect> sought;
    private final Connection worker;
    private final Bystander bystander;
    private final Set<Effect> seen = new LinkedHashSet<>();
    private final Map<String, Integer> passes = new HashMap<>();
    private @Nullable SQLException failure;

    /** @param database in which nobody else is */
    Trial(EmbeddedPostgres server, String database, List<Effect> sought) throws SQLException {
        this.server = server;
        this.database = database;
        this.sought = List.copyOf(sought);
        this.worker = server.connect(database);
        this.bystander = new Bystander(server.connect(database));
    }

    /** Which of the effects show while migrations run, one after another, each in a transaction where the server lets it. */
    Set<Effect> run(List<String> migrations) throws SQLException, InterruptedException {
        for (String migration : migrations) {
            passes.clear();
            List<String> statements = Case.statements(migration);
            if (inTransaction(statements)) {
                continue;
            }
            for (String statement : statements) {
                alone(statement);
            }
        }
        return seen;
    }

    /** What the server said when it did not carry out a statement; null when all were. */
    @Nullable
    SQLException failure() {
        return failure;
    }

    /** In autocommit, as a script that opens a transaction itself; sees whether that is still open. */
    boolean staysOpen(List<String> migrations) throws SQLException {
        worker.setAutoCommit(true);
        for (String migration : migrations) {
            for (String statement : Case.statements(migration)) {
                Queries.execute(worker, statement);
            }
        }
        return bystander.activity(Queries.pid(worker)).startsWith("idle in transaction");
    }

    /** Whether the session still has a setting that it had not. */
    String setting(String name) throws SQLException {
        return Objects.requireNonNullElse(Queries.text(worker, "select current_setting('" + name + "', true)"), "");
    }

    /** False when one of them cannot run in a transaction; nothing is done then. */
    private boolean inTransaction(List<String> statements) throws SQLException {
        worker.setAutoCommit(false);
        try {
            for (String statement : statements) {
                Figures before = Figures.of(worker, relations());
                List<Effect> held = waiting();
                String transaction = Figures.transaction(worker);
                Queries.execute(worker, statement);
                if (!transaction.equals(Figures.transaction(worker))) {
                    see("ends-transaction");
                }
                after(before, Figures.of(worker, relations()), held);
            }
            worker.commit();
            return true;
        } catch (SQLException e) {
            worker.rollback();
            // the second is that of a block that commits
            if (!Set.of("25001", "2D000").contains(Objects.requireNonNullElse(e.getSQLState(), ""))) {
                failure = failure == null ? e : failure;
                return true;
            }
            see("refuses-transaction");
            if (statements.size() > 1) {
                see("splits-transaction");
            }
            return false;
        } finally {
            worker.setAutoCommit(true);
        }
    }

    private void after(Figures before, Figures after, List<Effect> held) throws SQLException {
        if (!held.isEmpty()) {
            held.stream().filter(e -> e.kind().equals("starts-under-lock")).forEach(seen::add);
            if (after.changed() - before.changed() > 1) {
                held.stream()
                        .filter(e -> e.kind().equals("changes-rows-under-lock"))
                        .forEach(seen::add);
            }
        }
        for (Effect effect : sought) {
            if (shows(effect, before, after)) {
                seen.add(effect);
            }
        }
    }

    private boolean shows(Effect effect, Figures before, Figures after) throws SQLException {
        return switch (effect.kind()) {
            case "reads-wait", "reads-wait-together" -> readsWait(effect);
            case "writes-wait", "writes-wait-together" -> writesWait(effect);
            case "readers-and-writers-wait" ->
                bystander.readsWait(effect.names().get(0))
                        && bystander.writesWait(effect.names().get(1));
            case "waits-without-limit" ->
                readsWait(effect) && setting("lock_timeout").equals("0");
            case "scans-without-limit" ->
                before.scans(effect.name()) < after.scans(effect.name())
                        && writesWait(effect)
                        && setting("statement_timeout").equals("0");
            case "scans-under-lock" -> before.scans(effect.name()) < after.scans(effect.name()) && writesWait(effect);
            case "scans-again" ->
                before.scans(effect.name()) < after.scans(effect.name())
                        && writesWait(effect)
                        && passes.merge(effect.name(), 1, Integer::sum) > 1;
            case "rewrites" -> after.hasOtherFile(before, effect.name());
            case "changes-all-rows" ->
                after.changed(effect.name()) - before.changed(effect.name()) >= before.rows(effect.name());
            default -> false;
        };
    }

    private boolean readsWait(Effect effect) throws SQLException {
        for (String name : effect.names()) {
            if (!bystander.readsWait(name)) {
                return false;
            }
        }
        return true;
    }

    private boolean writesWait(Effect effect) throws SQLException {
        for (String name : effect.names()) {
            if (!bystander.writesWait(name)) {
                return false;
            }
        }
        return true;
    }

    /** Those effects of which the table cannot be read now. */
    private List<Effect> waiting() throws SQLException {
        List<Effect> waiting = new ArrayList<>();
        for (Effect effect : sought) {
            if (effect.kind().endsWith("-under-lock") && !effect.kind().startsWith("scans") && readsWait(effect)) {
                waiting.add(effect);
            }
        }
        return waiting;
    }

    private void see(String kind) {
        sought.stream().filter(effect -> effect.kind().equals(kind)).forEach(seen::add);
    }

    /** The relations of which effects speak. */
    private List<String> relations() {
        return sought.stream()
                .filter(effect -> effect.kind().matches("(scans|rewrites|changes-all).*"))
                .flatMap(effect -> effect.names().stream())
                .distinct()
                .toList();
    }

    /** A statement for which a writer that was there before lets it wait, so that others can be seen to queue behind it. */
    private void alone(String statement) throws SQLException, InterruptedException {
        Figures before = Figures.of(worker, relations());
        int pid = Queries.pid(worker);
        try (Bystander writer = new Bystander(server.connect(database))) {
            for (Effect effect : sought) {
                if (effect.kind().matches("(reads|writes)-wait.*|scans-under-lock")) {
                    for (String name : effect.names()) {
                        writer.write(name);
                    }
                }
            }
            List<SQLException> failures = new ArrayList<>();
            Thread running = new Thread(() -> {
                try {
                    Queries.execute(worker, statement);
                } catch (SQLException e) {
                    failures.add(e);
                }
            });
            running.start();
            while (running.isAlive() && !bystander.activity(pid).endsWith("Lock")) {
                running.join(5);
            }
            for (Effect effect : sought) {
                boolean waits = effect.kind().startsWith("reads-wait")
                        ? readsWait(effect)
                        : effect.kind().startsWith("writes-wait") && writesWait(effect);
                if (waits) {
                    seen.add(effect);
                }
            }
            writer.leave();
            running.join();
            if (!failures.isEmpty()) {
                failure = failure == null ? failures.get(0) : failure;
                return;
            }
        }
        Figures after = Figures.of(worker, relations());
        for (Effect effect : sought) {
            if (effect.kind().equals("rewrites") && after.hasOtherFile(before, effect.name())) {
                seen.add(effect);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        worker.close();
        bystander.close();
    }
}

package dev.lockkeeper.observation;

import dev.lockkeeper.apply.Witness;
import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sees what the statements of one script do. What they have not committed only their own session sees; a second one, which
 * still sees what was there before, tells which locks they hold. For one script and one thread.
 */
public final class Observer implements Witness {
    private static final Pattern TRUNCATE = Pattern.compile("(?i)\\btruncate\\b");

    private final Onlooker onlooker;
    private final CatalogChanges changes;
    private final Script script;
    private final Consumer<Observation> told;
    private final Map<String, Counters> counters = new HashMap<>();
    private final Effects effects;
    private String transaction = "";
    private int transactions;
    private boolean based;
    private long floor;
    private final Map<String, LockMode> held = new HashMap<>();
    private Relations relations = Relations.NONE;

    /**
     * @param outside a session of the same database in which nothing else happens
     * @param told of each statement when it has been carried out
     */
    public Observer(Session outside, Script script, Consumer<Observation> told) {
        this.onlooker = new Onlooker(outside);
        this.changes = CatalogChanges.of(outside);
        this.effects = new Effects(onlooker);
        this.script = script;
        this.told = told;
    }

    @Override
    public void before(Statement statement, ScriptSession session) {
        Onlooker.Moment now = onlooker.moment(session.pid());
        boolean inside = session.inTransaction();
        if (inside && now.transaction().equals(transaction)) {
            base(statement, session);
            return;
        }
        based = false;
        transaction = inside ? now.transaction() : "";
        transactions += inside ? 1 : 0;
        floor = now.floor();
        held.clear();
        effects.forget();
        relations = Relations.NONE;
        if (!inside) {
            // when it has ended, all others see what it did
            relations = onlooker.relations();
            effects.remember(changes.all());
            counters.clear();
            session.ask(Counters.GIVE);
            done(onlooker.counters());
        } else {
            base(statement, session);
        }
    }

    /** Earlier transactions of the session have left counters behind that it has not given away yet. */
    private void base(Statement statement, ScriptSession session) {
        if (!based && !isSetting(statement)) {
            counters.clear();
            session.inspect(Counters.PENDING).forEach(this::done);
            based = true;
        }
    }

    @Override
    public void after(Statement statement, ScriptSession session) {
        boolean inside = session.inTransaction();
        List<Lock> locks = inside ? locks(session) : List.of();
        if (isSetting(statement)) {
            tell(statement, inside, locks, List.of(), List.of(), List.of(), List.of());
            return;
        }
        Map<String, Counters> tables;
        Set<String> touched;
        Set<String> thinner;
        if (inside) {
            List<List<@Nullable String[]>> counted = session.inspect(Counters.PENDING);
            tables = done(counted.get(0));
            Map<String, Counters> catalogs = done(counted.get(1));
            touched = those(catalogs, Counters::wrote);
            thinner = changes.objects(those(catalogs, one -> one.deleted() > 0));
        } else {
            session.ask(Counters.GIVE);
            tables = done(onlooker.counters());
            touched = changes.everything();
            thinner = changes.all();
        }
        List<Effect> became = List.of();
        List<Rewrite> rewrites = List.of();
        if (!touched.isEmpty()) {
            List<List<@Nullable String[]>> seen = session.inspect(changes.written(touched, floor) + ";"
                    + Relations.since(floor)
                    + (thinner.isEmpty() ? "" : ";" + CatalogChanges.objectsOf(thinner)));
            Relations now = Relations.of(seen.get(1));
            if (inside) {
                relations = onlooker.relations(now.without(relations.byObject().keySet()))
                        .with(relations);
            }
            rewrites = relations.rewrites(now, isTruncate(statement));
            became = effects.of(
                    seen.get(0), thinner.isEmpty() ? Map.of() : Onlooker.sets(seen.get(2)), inside, relations);
            Relations before = relations;
            relations = before.with(now);
            if (!inside) {
                locks = Unseen.locks(statement, became, rewrites, relations, before);
            }
        }
        Set<String> emptied = rewrites.stream()
                .filter(Rewrite::emptied)
                .map(Rewrite::relation)
                .collect(Collectors.toSet());
        List<Scan> scans = new ArrayList<>();
        List<ChangedRows> rows = new ArrayList<>();
        tables.keySet().removeIf(table -> table.startsWith("pg_temp."));
        tables.forEach((table, one) -> {
            if (one.scans() > 0 && !emptied.contains(table)) {
                scans.add(new Scan(table, one.scans()));
            }
            if (one.wrote()) {
                rows.add(new ChangedRows(table, one.inserted(), one.updated(), one.deleted()));
            }
        });
        scans.sort(Comparator.comparing(Scan::relation));
        rows.sort(Comparator.comparing(ChangedRows::relation));
        tell(statement, inside, locks, rewrites, scans, rows, became);
    }

    private void tell(
            Statement statement,
            boolean inside,
            List<Lock> locks,
            List<Rewrite> rewrites,
            List<Scan> scans,
            List<ChangedRows> rows,
            List<Effect> effects) {
        told.accept(new Observation(
                statement,
                script.place(statement.start()),
                inside ? transactions : 0,
                locks,
                rewrites,
                scans,
                rows,
                effects,
                Unseen.of(statement, inside, locks)));
    }

    private static Set<String> those(Map<String, Counters> tables, Predicate<Counters> which) {
        return tables.entrySet().stream()
                .filter(e -> which.test(e.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** They change nothing but the session, and a question would keep SET TRANSACTION from being the first statement. */
    private static boolean isSetting(Statement statement) {
        return Set.of("set", "reset", "show").contains(first(statement));
    }

    /** Whether it says so, be it in the code that it runs: an empty table leaves no other trace of it. */
    private static boolean isTruncate(Statement statement) {
        String first = first(statement);
        return first.equals("truncate")
                || (Set.of("do", "call", "select").contains(first)
                        && TRUNCATE.matcher(statement.sql()).find());
    }

    private static String first(Statement statement) {
        return statement.words().isEmpty() ? "" : statement.words().get(0);
    }

    /** What became stronger since the last statement. */
    private List<Lock> locks(ScriptSession session) {
        List<Lock> locks = new ArrayList<>();
        onlooker.locks(session.pid()).values().forEach(lock -> {
            LockMode known = held.get(lock.relation());
            if (known == null || known.compareTo(lock.mode()) < 0) {
                held.put(lock.relation(), lock.mode());
                locks.add(lock);
            }
        });
        return locks;
    }

    /** What was done with each table since the last statement, by its name. */
    private Map<String, Counters> done(List<@Nullable String[]> rows) {
        Map<String, Counters> done = new HashMap<>();
        for (@Nullable String[] row : rows) {
            Counters now = Counters.of(row);
            Counters before = counters.put(Onlooker.text(row, 0), now);
            done.put(Onlooker.text(row, 1), now.since(before == null ? Counters.NONE : before));
        }
        return done;
    }
}

package dev.lockkeeper.forecast;

import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.observation.Rewrite;
import dev.lockkeeper.observation.Scan;
import dev.lockkeeper.rehearsal.RehearsedMigration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies what was observed by the sizes of the live tables. The class of a statement, and which tables it works through, come from
 * the throw-away server; how many rows there are, from the live one.
 */
public final class Forecaster {
    private static final Set<String> WRITES =
            Set.of("insert", "update", "delete", "merge", "with", "do", "call", "select");

    private final Rates rates;
    private final Sizes sizes;
    /** What the plan has made so far: nobody else uses it, and it is as large as the plan makes it. */
    private final Set<String> made = new HashSet<>();
    /** The name that a relation has on the live server, by the one that the plan gives it. */
    private final Map<String, String> before = new HashMap<>();
    /** What the transaction has locked so far. */
    private final Map<String, LockMode> held = new HashMap<>();

    private int transaction;

    private Forecaster(Rates rates, Sizes sizes) {
        this.rates = rates;
        this.sizes = sizes;
    }

    /** The tables whose sizes a forecast needs. */
    public static Set<String> tables(Collection<RehearsedMigration> plan) {
        Set<String> names = new TreeSet<>();
        plan.stream().flatMap(one -> one.statements().stream()).forEach(one -> {
            one.locks().forEach(lock -> names.add(lock.relation()));
            one.scans().forEach(scan -> names.add(scan.relation()));
            one.rewrites().forEach(rewrite -> names.add(rewrite.relation()));
            one.effects().forEach(effect -> {
                String table = effect.table();
                if (table != null) {
                    names.add(table);
                }
                String old = effect.before();
                if (old != null) {
                    names.add(old);
                }
            });
        });
        return names;
    }

    /** The forecasts of all statements, in their order. */
    public static List<Forecast> of(Collection<RehearsedMigration> plan, Rates rates, Sizes sizes) {
        Forecaster forecaster = new Forecaster(rates, sizes);
        List<Forecast> all = new ArrayList<>();
        plan.forEach(migration -> all.addAll(forecaster.migration(migration)));
        return all;
    }

    private record Work(
            Observation seen,
            Forecast.Effort effort,
            @Nullable Double millis,
            boolean most,
            List<Forecast.Table> tables,
            List<Forecast.Wait> waits,
            List<String> unknown) {}

    private List<Forecast> migration(RehearsedMigration migration) {
        transaction = 0;
        List<Work> works = migration.statements().stream().map(this::work).toList();
        List<Forecast> forecasts = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            Work work = works.get(i);
            @Nullable Double held = held(works, i);
            forecasts.add(new Forecast(
                    migration.component(),
                    migration.version(),
                    work.seen().place(),
                    work.effort(),
                    work.millis(),
                    work.most(),
                    work.tables(),
                    work.waits().stream()
                            .map(wait -> new Forecast.Wait(wait.relation(), wait.mode(), held))
                            .toList(),
                    work.unknown()));
        }
        return forecasts;
    }

    /** To the end of the transaction; null when the time of a statement is not known. */
    private static @Nullable Double held(List<Work> works, int from) {
        int transaction = works.get(from).seen().transaction();
        double sum = 0;
        for (int i = from; i < works.size(); i++) {
            Work work = works.get(i);
            if (i > from && (transaction == 0 || work.seen().transaction() != transaction)) {
                break;
            }
            Double millis = work.millis();
            if (millis == null) {
                return null;
            }
            sum += millis;
        }
        return sum;
    }

    private Work work(Observation seen) {
        if (seen.transaction() == 0 || seen.transaction() != transaction) {
            held.clear();
            transaction = seen.transaction();
        }
        seen.locks().forEach(lock -> held.put(lock.relation(), lock.mode()));
        List<Forecast.Wait> waits = waits(seen);
        Map<String, Forecast.Table> tables = new LinkedHashMap<>();
        Set<String> unknown = new TreeSet<>();
        double millis = 0;
        boolean certain = true;
        boolean indexes = false;
        Map<String, Passes> concerned = passes(seen);
        for (Map.Entry<String, Passes> entry : concerned.entrySet()) {
            String table = entry.getKey();
            Passes passes = entry.getValue();
            @Nullable Size size = sizes.find(table).orElse(null);
            if (size == null) {
                unknown.add("the target has no statistics of " + table);
                certain = false;
                continue;
            }
            tables.put(table, new Forecast.Table(table, size));
            // with a copy all indexes of the table are built again, be they there on the throw-away server or not
            int rebuilt = passes.rewritten ? size.indexes() : 0;
            indexes |= rebuilt > 0 || passes.built > 1;
            Double rows = size.rows();
            if (rows == null) {
                unknown.add(table + " was never analyzed, so its rows are not known: run analyze " + table);
                certain = false;
                continue;
            }
            millis += passes.rewritten ? rates.rewrite(rows, size.whole()) : 0;
            millis += (rebuilt + passes.built) * rates.index(rows, size.heap());
            millis += passes.read() * rates.scan(rows, size.heap());
            millis += passes.written ? rates.update(rows, size.heap(), size.indexes()) : 0;
        }
        boolean most = concerned.values().stream().anyMatch(p -> p.written);
        seen.effects().forEach(this::take);
        Forecast.Effort effort = concerned.isEmpty()
                ? Forecast.Effort.CONSTANT
                : indexes ? Forecast.Effort.ROWS_AND_INDEXES : Forecast.Effort.ROWS;
        return new Work(
                seen,
                effort,
                certain ? Double.valueOf(millis) : null,
                most,
                List.copyOf(tables.values()),
                waits,
                List.copyOf(unknown));
    }

    private List<Forecast.Wait> waits(Observation seen) {
        Map<String, LockMode> modes = new TreeMap<>();
        for (Lock lock : seen.locks()) {
            if (!lock.isOnIndex() && lock.mode().blocksWrites() && isOld(lock.relation())) {
                modes.merge(sizes.root(live(lock.relation())), lock.mode(), (a, b) -> a.compareTo(b) > 0 ? a : b);
            }
        }
        return modes.entrySet().stream()
                .map(e -> new Forecast.Wait(e.getKey(), e.getValue(), null))
                .toList();
    }

    /** How often a statement goes through a table, and for what. */
    private static final class Passes {
        private long scans;
        private boolean rewritten;
        private int built;
        private boolean written;

        /** What is left of the passes when those of copies and of builds are taken away. */
        private long read() {
            return written ? 1 : rewritten ? 0 : Math.max(0, scans - built);
        }
    }

    /** By the names on the live server; the partitions of one table as that table, when all of it is concerned. */
    private Map<String, Passes> passes(Observation seen) {
        Map<String, Passes> all = new TreeMap<>();
        Map<String, Integer> built = new HashMap<>();
        for (Effect effect : seen.effects()) {
            String table = effect.table();
            if (effect.type().equals("index")
                    && table != null
                    && isOld(table)
                    && effect.change() == Effect.Change.CREATED) {
                built.merge(table, 1, Integer::sum);
            }
        }
        built.forEach((table, count) -> at(all, table).built = Math.max(at(all, table).built, count));
        for (Rewrite rewrite : seen.rewrites()) {
            if (!rewrite.isIndex() && !rewrite.emptied() && isOld(rewrite.relation())) {
                at(all, rewrite.relation()).rewritten = true;
            }
        }
        for (Scan scan : seen.scans()) {
            if (isOld(scan.relation())) {
                Passes passes = at(all, scan.relation());
                passes.scans = Math.max(passes.scans, scan.passes());
                passes.written = isWritten(seen, scan.relation());
            }
        }
        return all;
    }

    /** Whether a statement that works on rows may write those that it reads. */
    private boolean isWritten(Observation seen, String table) {
        String first = seen.statement().words().isEmpty()
                ? ""
                : seen.statement().words().get(0);
        return WRITES.contains(first) && held.getOrDefault(table, LockMode.ACCESS_SHARE) == LockMode.ROW_EXCLUSIVE;
    }

    private Passes at(Map<String, Passes> all, String table) {
        String live = live(table);
        String root = sizes.root(live);
        // an earlier statement of the transaction may have locked it already
        boolean whole = held.entrySet().stream()
                .anyMatch(lock ->
                        live(lock.getKey()).equals(root) && lock.getValue().compareTo(LockMode.ROW_EXCLUSIVE) >= 0);
        return all.computeIfAbsent(whole ? root : live, key -> new Passes());
    }

    private boolean isOld(String relation) {
        return !made.contains(relation);
    }

    private String live(String relation) {
        return before.getOrDefault(relation, relation);
    }

    private void take(Effect effect) {
        String old = effect.before();
        if (effect.change() == Effect.Change.CREATED && !effect.old()) {
            made.add(effect.object());
            before.remove(effect.object());
        } else if (old != null) {
            boolean wasMade = made.remove(old);
            if (wasMade) {
                made.add(effect.object());
            } else {
                made.remove(effect.object());
                before.put(effect.object(), live(old));
            }
        }
    }
}

package dev.lockkeeper.rows;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.rows.Table.Leaf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows into the tables of a database, so that every constraint holds. Whether a row can be there the server alone decides:
 * candidates are tried until it takes one, each in a transaction of its own, triggers included. What it took is kept, and tried first
 * when the same table is to be filled again. The same catalogs give the same rows. Not thread-safe.
 */
public final class Filler {
    /** Sequences stand there, and keys that are made stand below, so that the next number is free. */
    private static final int POSITION = 5000;

    /** Partitions of one table that get a row. */
    private static final int LEAVES = 4;

    /** Names are written out; a trigger finds what it would find in a session of its own. */
    private static final String AS_SCRIPTS = "set local search_path to default; set constraints all deferred; ";

    private static final String POSITIONS =
            "select setval(s.seqrelid::regclass, " + POSITION + ") from pg_sequence s join"
                    + " pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_' and"
                    + " n.nspname <> 'information_schema' and s.seqincrement > 0 and " + POSITION
                    + " between s.seqmin and s.seqmax and"
                    + " coalesce(pg_sequence_last_value(s.seqrelid), s.seqmin) < " + POSITION + " order by s.seqrelid";

    private final Asking asking = new Asking();
    /** By what decides them: the statements that the server took. */
    private final Map<String, List<String>> known = new HashMap<>();
    /** Tables, by what decides their rows, for which none was found once all others had theirs. */
    private final Set<String> hopeless = new HashSet<>();

    /**
     * Fills every table that is somebody's; what is there stays.
     *
     * @param session of a superuser, for policies and privileges do not matter here
     * @param kinds the rows that each table gets, in this order
     * @return the tables that have no row even so, in the order of their names
     */
    public List<Unfilled> fill(Session session, Collection<Kind> kinds) {
        CatalogReader.Reading reading = CatalogReader.read(session);
        if (reading.tables().isEmpty()) {
            return List.of();
        }
        session.query(POSITIONS);
        return new Filling(session, reading).fill(kinds);
    }

    private final class Filling {
        private final Session session;
        private final List<Table> order;
        private final Choices.Making making;
        private final Map<Long, String> refusals = new HashMap<>();
        /** Those that wait for a row of another table. */
        private final Set<Long> orphans = new HashSet<>();

        Filling(Session session, CatalogReader.Reading reading) {
            this.session = session;
            this.order = Order.of(reading.tables());
            Map<Long, Table> tables = new LinkedHashMap<>();
            reading.tables().forEach(table -> tables.put(table.oid(), table));
            this.making = new Choices.Making(session, asking, new Candidates(reading.types()), tables);
        }

        List<Unfilled> fill(Collection<Kind> kinds) {
            for (Kind kind : kinds) {
                boolean filled = again(kind);
                order.stream()
                        .filter(table -> !isLate(table))
                        .filter(table -> !filled
                                || known.getOrDefault(key(table, kind), List.of())
                                        .isEmpty())
                        .forEach(table -> fill(table, kind, key(table, kind)));
            }
            List<Table> left = empty();
            order.stream()
                    .filter(table -> isLate(table) && !left.contains(table))
                    .forEach(left::add);
            return left.isEmpty() ? List.of() : later(left, kinds);
        }

        private List<Unfilled> later(List<Table> waiting, Collection<Kind> kinds) {
            circle(waiting);
            waiting.forEach(table -> late(table, kinds));
            List<Table> left = empty();
            left.forEach(table -> hopeless.add(table.signature()));
            return left.stream()
                    .map(table -> new Unfilled(
                            table.spelled(),
                            refusals.getOrDefault(table.oid(), "the server took a row, but it is not there")))
                    .toList();
        }

        /** All rows of a kind that are known, in one message; it leaves nothing when one of them is refused. */
        private boolean again(Kind kind) {
            StringBuilder message = new StringBuilder();
            for (Table table : order) {
                List<String> statements = known.get(key(table, kind));
                if (statements == null) {
                    return false;
                }
                statements.forEach(message::append);
            }
            return message.isEmpty() || refusal(message.toString()) == null;
        }

        /**
         * Now parents have rows that they had not. What is found here is tried here again, and not before: there it would be refused,
         * and the search for another one be in vain.
         */
        private void late(Table table, Collection<Kind> kinds) {
            List<String> keys = kinds.stream().map(kind -> late(table, kind)).toList();
            boolean anew = keys.stream().noneMatch(known::containsKey);
            kinds.forEach(kind -> fill(table, kind, late(table, kind)));
            if (!anew
                    && keys.stream()
                            .allMatch(key -> known.getOrDefault(key, List.of()).isEmpty())) {
                keys.forEach(known::remove);
                kinds.forEach(kind -> fill(table, kind, late(table, kind)));
            }
        }

        /** Whether rows of it are known that the server takes when all other tables have theirs. */
        private boolean isLate(Table table) {
            return Stream.of(Kind.values())
                    .anyMatch(kind ->
                            !known.getOrDefault(late(table, kind), List.of()).isEmpty());
        }

        private static String late(Table table, Kind kind) {
            return "late " + key(table, kind);
        }

        private static String key(Table table, Kind kind) {
            return kind + "\n" + table.signature();
        }

        /** Remembers by the key what was found. */
        private void fill(Table table, Kind kind, String key) {
            List<String> before = known.get(key);
            if (before != null && !before.isEmpty() && refusal(String.join("", before)) == null) {
                return;
            }
            // it was looked for already: only parents and functions can be others now
            boolean thorough = (before == null || !before.isEmpty()) && !hopeless.contains(table.signature());
            List<String> taken = new ArrayList<>();
            if (!table.partitioned()) {
                row(table, kind, null, thorough, taken);
            } else if (table.leaves().isEmpty()) {
                refusals.put(table.oid(), "it has no partition that holds rows");
            } else {
                for (Leaf leaf : table.leaves()) {
                    row(table, kind, leaf, thorough, taken);
                    if (taken.size() >= (kind == Kind.PLAIN ? LEAVES : 1)) {
                        break;
                    }
                }
            }
            known.put(key, List.copyOf(taken));
        }

        private void row(Table table, Kind kind, @Nullable Leaf leaf, boolean thorough, List<String> taken) {
            List<Slot> slots;
            try {
                slots = Choices.of(making, table, kind, leaf, false);
            } catch (Choices.NoParent e) {
                refusals.put(table.oid(), Objects.requireNonNull(e.getMessage()));
                orphans.add(table.oid());
                return;
            }
            new RowSearch(table, slots)
                    .run(this::refusal, thorough, error -> refusals.put(table.oid(), error.message()))
                    .ifPresent(taken::add);
        }

        private @Nullable SqlFailure refusal(String statements) {
            try {
                session.execute(AS_SCRIPTS + statements);
                return null;
            } catch (SqlFailure e) {
                if (e.connectionLost()) {
                    throw e;
                }
                return e;
            }
        }

        /** Tables that refer to each other in a circle, by keys that are looked at when the transaction ends. */
        private void circle(List<Table> left) {
            List<Table> circle = new ArrayList<>(
                    left.stream().filter(t -> orphans.contains(t.oid())).toList());
            while (circle.removeIf(table -> !isClosed(table, circle, left))) {
                // one that goes takes others with it
            }
            StringBuilder message = new StringBuilder();
            for (Table table : circle) {
                try {
                    message.append(new RowSearch(
                                    table,
                                    Choices.of(
                                            making,
                                            table,
                                            Kind.PLAIN,
                                            table.leaves().isEmpty()
                                                    ? null
                                                    : table.leaves().get(0),
                                            true))
                            .sql());
                } catch (Choices.NoParent e) {
                    // the others may do without it
                }
            }
            @Nullable SqlFailure refused = message.isEmpty() ? null : refusal(message.toString());
            if (refused != null) {
                circle.forEach(
                        table -> refusals.put(table.oid(), refused.error().message()));
            }
        }

        /** Whether the empty tables to which it must refer are in the circle as well. */
        private static boolean isClosed(Table table, List<Table> circle, List<Table> empty) {
            Set<Long> missing = empty.stream().map(Table::oid).collect(Collectors.toSet());
            circle.forEach(other -> missing.remove(other.oid()));
            return table.references().stream()
                    .filter(r -> Order.isRequired(table, r))
                    .noneMatch(r -> missing.contains(r.parent()));
        }

        private List<Table> empty() {
            List<Table> tables = order.stream()
                    .sorted((a, b) -> a.spelled().compareTo(b.spelled()))
                    .toList();
            String sql = tables.stream()
                    .map(t -> "select exists (select from " + t.spelled() + ")")
                    .collect(Collectors.joining("; "));
            List<List<@Nullable String[]>> answers = session.queryAll(sql);
            List<Table> empty = new ArrayList<>();
            for (int i = 0; i < tables.size(); i++) {
                if ("f".equals(answers.get(i).get(0)[0])) {
                    empty.add(tables.get(i));
                }
            }
            return empty;
        }
    }
}

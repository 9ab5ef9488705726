package dev.lockkeeper.rows;

import dev.lockkeeper.rows.Snapshot.Part;
import dev.lockkeeper.rows.Snapshot.Position;
import dev.lockkeeper.rows.Snapshot.Rows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What rows are not there any more, or not as they were. Tables and columns are the same by their object numbers, else, when one
 * was made anew, by their names. Rows are the same by the primary key, or without one by all their values.
 */
public final class RowComparison {
    private final boolean shown;
    private final List<RowLoss> losses = new ArrayList<>();

    private RowComparison(boolean shown) {
        this.shown = shown;
    }

    /**
     * What is lost from one time to another.
     *
     * @param shown whether values may be told: those of rows that were made up
     */
    public static List<RowLoss> of(Snapshot before, Snapshot after, boolean shown) {
        RowComparison comparison = new RowComparison(shown);
        before.tables().forEach(table -> comparison.table(table, after));
        before.sequences().forEach(sequence -> comparison.sequence(sequence, after));
        comparison.objects(before, after);
        return List.copyOf(comparison.losses);
    }

    private void lost(List<String> name, Fate fate, long lost, long of, @Nullable String example) {
        losses.add(new RowLoss(name, fate, lost, of, example, null));
    }

    private void table(Rows before, Snapshot after) {
        Optional<Rows> found = after.tables().stream()
                .filter(t -> t.oid() == before.oid())
                .findFirst()
                .or(() -> after.tables().stream()
                        .filter(t ->
                                t.schema().equals(before.schema()) && t.table().equals(before.table()))
                        .findFirst());
        List<String> name = List.of(before.schema(), before.table());
        @Nullable List<List<@Nullable String>> was = before.rows();
        if (was == null) {
            lost(name, Fate.NOT_COMPARED, 0, 0, before.problem());
        } else if (found.isEmpty()) {
            if (!was.isEmpty()) {
                lost(name, Fate.TABLE_GONE, was.size(), was.size(), null);
            }
        } else if (found.get().rows() == null) {
            lost(name, Fate.NOT_COMPARED, 0, was.size(), found.get().problem());
        } else {
            new Pair(
                            name,
                            before,
                            was,
                            found.get(),
                            Objects.requireNonNull(found.get().rows()))
                    .compare();
        }
    }

    private void sequence(Position before, Snapshot after) {
        after.sequences().stream()
                .filter(s -> s.oid() == before.oid())
                .findFirst()
                .or(() -> after.sequences().stream()
                        .filter(s ->
                                s.schema().equals(before.schema()) && s.name().equals(before.name()))
                        .findFirst())
                .filter(now -> before.increment() > 0 ? now.next() < before.next() : now.next() > before.next())
                .ifPresent(now -> lost(
                        List.of(before.schema(), before.name()),
                        Fate.POSITION,
                        1,
                        1,
                        "next " + before.next() + " \u2192 " + now.next()));
    }

    /** The number of a large object is chosen by chance, so one that is made anew with all it had is the same. */
    private void objects(Snapshot before, Snapshot after) {
        List<String> name = List.of("pg_catalog", "pg_largeobject");
        long gone = surplus(before.objects(), after.objects());
        if (gone > 0) {
            lost(name, Fate.OBJECTS_GONE, gone, before.objects().size(), null);
        } else if (after.objects().size() > before.objects().size()) {
            lost(
                    name,
                    Fate.ROWS_LEFT,
                    after.objects().size() - before.objects().size(),
                    before.objects().size(),
                    null);
        }
    }

    /** How many of the first are not among the second, each as often as it is there. */
    private static <T> long surplus(Collection<T> first, Collection<T> second) {
        Map<T, Long> count = new HashMap<>();
        first.forEach(one -> count.merge(one, 1L, Long::sum));
        second.forEach(one -> count.merge(one, -1L, Long::sum));
        return count.values().stream().filter(n -> n > 0).mapToLong(n -> n).sum();
    }

    /** A table before and after. */
    private final class Pair {
        private final List<String> name;
        private final List<Part> columns;
        private final List<List<@Nullable String>> was;
        private final List<List<@Nullable String>> is;
        private final Rows after;
        /** For each column of before the place of the same one after; -1 for none. */
        private final int[] places;

        Pair(
                List<String> name,
                Rows before,
                List<List<@Nullable String>> was,
                Rows after,
                List<List<@Nullable String>> is) {
            this.name = name;
            this.columns = before.columns();
            this.was = was;
            this.is = is;
            this.after = after;
            this.places = columns.stream()
                    .mapToInt(c -> place(c, after.oid() == before.oid()))
                    .toArray();
        }

        private int place(Part column, boolean byNumber) {
            for (int i = 0; byNumber && i < after.columns().size(); i++) {
                if (after.columns().get(i).number() == column.number()) {
                    return i;
                }
            }
            for (int i = 0; i < after.columns().size(); i++) {
                if (after.columns().get(i).name().equals(column.name())) {
                    return i;
                }
            }
            return -1;
        }

        void compare() {
            List<Integer> key = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).key()) {
                    key.add(i);
                }
            }
            if (key.isEmpty() || key.stream().anyMatch(i -> places[i] < 0)) {
                byValues();
            } else {
                byKey(key);
            }
        }

        private void byKey(List<Integer> key) {
            Map<List<@Nullable String>, List<@Nullable String>> now = new LinkedHashMap<>();
            is.forEach(row -> now.put(key.stream().map(i -> row.get(places[i])).toList(), row));
            List<List<@Nullable String>> kept = new ArrayList<>();
            long gone = 0;
            for (List<@Nullable String> row : was) {
                List<@Nullable String> other =
                        now.remove(key.stream().map(row::get).toList());
                if (other == null) {
                    gone++;
                } else {
                    kept.add(row);
                    kept.add(other);
                }
            }
            rows(gone, now.size());
            for (int i = 0; i < columns.size(); i++) {
                column(i, kept, row -> " of " + described(key, row));
            }
        }

        private String described(List<Integer> key, List<@Nullable String> row) {
            return String.join(
                    ", ",
                    key.stream()
                            .map(i -> columns.get(i).name() + " " + row.get(i))
                            .toList());
        }

        private void rows(long gone, long more) {
            if (gone > 0) {
                lost(name, Fate.ROWS_GONE, gone, was.size(), null);
            }
            if (more > 0) {
                lost(name, Fate.ROWS_LEFT, more, was.size(), null);
            }
        }

        /** @param kept in turn a row before and the same row after */
        private void column(
                int i, List<List<@Nullable String>> kept, Function<List<@Nullable String>, String> described) {
            long changed = 0;
            long gone = 0;
            @Nullable String example = null;
            for (int row = 0; row < kept.size(); row += 2) {
                @Nullable String value = kept.get(row).get(i);
                @Nullable String now = places[i] < 0 ? null : kept.get(row + 1).get(places[i]);
                if (!Objects.equals(value, now)) {
                    changed++;
                    gone += now == null ? 1 : 0;
                    if (example == null) {
                        example = told(value) + " \u2192 " + told(now) + described.apply(kept.get(row));
                    }
                }
            }
            if (changed > 0) {
                Fate fate = places[i] < 0 ? Fate.COLUMN_GONE : changed == gone ? Fate.VALUES_GONE : Fate.VALUES_CHANGED;
                lost(ofColumn(i), fate, changed, was.size(), shown ? example : null);
            }
        }

        private List<String> ofColumn(int i) {
            return List.of(name.get(0), name.get(1), columns.get(i).name());
        }

        private static String told(@Nullable String value) {
            return value == null ? "NULL" : value.length() > 60 ? value.substring(0, 60) + "\u2026" : value;
        }

        private void byValues() {
            List<List<@Nullable String>> seen = is.stream().map(this::asBefore).toList();
            long gone = surplus(was, seen);
            long more = surplus(seen, was);
            if (gone == 0 || gone != more) {
                rows(gone, more);
                return;
            }
            int told = losses.size();
            for (int i = 0; i < columns.size(); i++) {
                values(i, seen);
            }
            if (losses.size() == told) {
                lost(name, Fate.VALUES_EXCHANGED, gone, was.size(), null);
            }
        }

        /** A row after in the order of the columns before. */
        private List<@Nullable String> asBefore(List<@Nullable String> row) {
            List<@Nullable String> ordered = new ArrayList<>();
            for (int place : places) {
                ordered.add(place < 0 ? null : row.get(place));
            }
            return ordered;
        }

        private void values(int i, List<List<@Nullable String>> seen) {
            List<Optional<String>> values =
                    was.stream().map(row -> Optional.ofNullable(row.get(i))).toList();
            List<Optional<String>> now =
                    seen.stream().map(row -> Optional.ofNullable(row.get(i))).toList();
            long changed = surplus(values, now);
            if (changed > 0) {
                boolean gone = now.stream().allMatch(Optional::isEmpty);
                lost(
                        ofColumn(i),
                        places[i] < 0 ? Fate.COLUMN_GONE : gone ? Fate.VALUES_GONE : Fate.VALUES_CHANGED,
                        changed,
                        was.size(),
                        null);
            }
        }
    }
}

package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.problem.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Columns of a table that take their values over from rows of another. Columns that an earlier one has filled are kept, and only rows
 * that agree with them are taken. Not thread-safe until it is {@link #ready}, and thread-safe from then on.
 */
final class References {
    private static final int MOST_WEIGHTS = 1_000_000;

    private final Place place;
    private final Relation parent;
    private final List<String> own;
    private final List<String> theirs;
    /** Those of the columns that an earlier one fills. */
    private final List<Integer> agreed;

    private final double skew;
    private final double nulls;
    private final @Nullable String where;
    private final boolean required;

    private int[] places = {};
    private @Nullable ParentRows rows;
    private @Nullable Weights weights;
    private Map<List<@Nullable String>, List<Long>> agreeing = Map.of();

    /**
     * @param filled the columns that earlier ones fill
     * @param required whether a row must refer to one
     */
    References(Relation parent, Volume.Parent spec, List<String> filled, boolean required) {
        this.place = spec.place();
        this.parent = parent;
        this.own = List.copyOf(spec.columns().keySet());
        this.theirs = List.copyOf(spec.columns().values());
        this.agreed = IntStream.range(0, own.size())
                .filter(i -> filled.contains(own.get(i)))
                .boxed()
                .toList();
        this.skew = spec.skew();
        this.nulls = spec.nulls();
        this.where = spec.where();
        this.required = required;
    }

    Place place() {
        return place;
    }

    Relation parent() {
        return parent;
    }

    List<String> own() {
        return own;
    }

    List<String> theirs() {
        return theirs;
    }

    @Nullable
    String where() {
        return where;
    }

    boolean required() {
        return required;
    }

    /** Whether rows may be made once more instead of being read. */
    boolean mayBeMade() {
        return where == null && agreed.isEmpty();
    }

    boolean isReady() {
        return rows != null;
    }

    /** Takes the rows that are referred to. */
    void ready(ParentRows found, TablePlan plan) {
        places = own.stream().mapToInt(plan::place).toArray();
        rows = found;
        if (!agreed.isEmpty()) {
            agreeing = new HashMap<>();
            for (long i = 0; i < found.count(); i++) {
                @Nullable String[] values = found.values(i);
                List<@Nullable String> key = new ArrayList<>();
                agreed.forEach(a -> key.add(values[a]));
                agreeing.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
            }
        } else if (skew > 0 && found.count() > 0) {
            weights = Weights.skewed((int) Math.min(found.count(), MOST_WEIGHTS), skew);
        }
    }

    void take(MadeRow row, Draw draw) {
        ParentRows from = rows;
        if (from == null || from.count() == 0 || (nulls > 0 && draw.unit() < nulls)) {
            return;
        }
        long taken;
        if (!agreed.isEmpty()) {
            List<@Nullable String> key = new ArrayList<>();
            agreed.forEach(a -> key.add(row.get(places[a])));
            List<Long> fitting = agreeing.getOrDefault(key, List.of());
            if (fitting.isEmpty()) {
                return;
            }
            taken = fitting.get((int) draw.below(fitting.size()));
        } else {
            taken = weights == null ? draw.below(from.count()) : weights.take(draw);
        }
        @Nullable String[] values = from.values(taken);
        for (int i = 0; i < places.length; i++) {
            if (!agreed.contains(i)) {
                row.put(places[i], values[i]);
            }
        }
    }
}

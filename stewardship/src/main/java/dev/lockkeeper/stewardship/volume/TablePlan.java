package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.catalog.model.Relation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of one table are made. Thread-safe from when all its {@link References} are ready.
 */
final class TablePlan {
    private final Volume.OfTable spec;
    private final Relation relation;
    /** The columns that are sent, in the order of the table. */
    private final List<String> columns;

    private final Map<String, Integer> places = new HashMap<>();
    /** The makers in the order in which columns read each other. */
    private final List<Made> order = new ArrayList<>();

    private final List<References> references;
    private final long seed;

    /** A column with how it is made. */
    record Made(String column, Maker maker) {}

    /** A maker with the place of its column and the number from which its values are drawn. */
    private record Step(int place, long seed, Maker maker) {}

    private final List<Step> steps = new ArrayList<>();

    /** @param made in the order in which columns read each other */
    TablePlan(
            Volume.OfTable spec,
            Relation relation,
            List<String> columns,
            List<Made> made,
            List<References> references,
            long seed) {
        this.spec = spec;
        this.relation = relation;
        this.columns = List.copyOf(columns);
        this.references = List.copyOf(references);
        this.seed = Draw.of(seed, relation.name().toString());
        columns.forEach(column -> places.put(column, places.size()));
        order.addAll(made);
        made.forEach(m -> steps.add(new Step(place(m.column()), Draw.of(this.seed, m.column()), m.maker())));
    }

    Volume.OfTable spec() {
        return spec;
    }

    Relation relation() {
        return relation;
    }

    List<String> columns() {
        return columns;
    }

    long rows() {
        return spec.rows();
    }

    List<References> references() {
        return references;
    }

    int place(String column) {
        Integer place = places.get(column);
        if (place == null) {
            throw new IllegalStateException("no column " + column);
        }
        return place;
    }

    /** Whether a column is made here, and not taken over or given by the server. */
    boolean makes(String column) {
        return order.stream().anyMatch(m -> m.column().equals(column));
    }

    MadeRow row() {
        return new MadeRow(places);
    }

    /** Makes a row in place of the one that was there. */
    void make(long number, MadeRow row, Draw draw) {
        row.begin(number);
        for (int i = 0; i < columns.size(); i++) {
            row.put(i, null);
        }
        for (int i = 0; i < references.size(); i++) {
            references.get(i).take(row, draw.at(Draw.of(seed, "parent " + i), number));
        }
        own(number, row, draw);
    }

    private void own(long number, MadeRow row, Draw draw) {
        for (Step step : steps) {
            row.put(step.place(), step.maker().make(row, draw.at(step.seed(), number)));
        }
    }

    /** The values of columns that are made here, whatever the row refers to. */
    @Nullable
    String[] values(long number, List<String> wanted) {
        MadeRow row = row();
        row.begin(number);
        own(number, row, new Draw());
        @Nullable String[] values = new @Nullable String[wanted.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.value(wanted.get(i));
        }
        return values;
    }
}

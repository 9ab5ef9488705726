package dev.lockkeeper.stewardship.volume;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row that is being made. Used again for the next one; not thread-safe. */
final class MadeRow {
    private final Map<String, Integer> places;
    private final @Nullable String[] values;
    private long number;

    /** @param places of the columns among the values */
    MadeRow(Map<String, Integer> places) {
        this.places = places;
        this.values = new @Nullable String[places.size()];
    }

    void begin(long row) {
        number = row;
    }

    /** Its number, from 0. */
    long number() {
        return number;
    }

    void put(int place, @Nullable String value) {
        values[place] = value;
    }

    @Nullable
    String get(int place) {
        return values[place];
    }

    /** The value of a column that is made before. */
    @Nullable
    String value(String column) {
        Integer place = places.get(column);
        return place == null ? null : values[place];
    }
}

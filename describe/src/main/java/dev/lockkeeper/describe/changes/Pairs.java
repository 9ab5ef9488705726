package dev.lockkeeper.describe.changes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Two lists of named things: what only one of them has, and what both have. */
record Pairs<T>(List<T> removed, List<T> added, List<Pair<T>> both) {
    record Pair<T>(T before, T after) {}

    static <T, K> Pairs<T> of(List<T> before, List<T> after, Function<T, K> name) {
        Map<K, T> old = new LinkedHashMap<>();
        before.forEach(one -> old.put(name.apply(one), one));
        List<T> added = new ArrayList<>();
        List<Pair<T>> both = new ArrayList<>();
        for (T one : after) {
            T was = old.remove(name.apply(one));
            if (was == null) {
                added.add(one);
            } else {
                both.add(new Pair<>(was, one));
            }
        }
        return new Pairs<>(new ArrayList<>(old.values()), added, both);
    }
}

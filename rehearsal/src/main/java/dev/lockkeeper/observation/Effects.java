package dev.lockkeeper.observation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What becomes of objects, statement by statement of one script. */
final class Effects {
    private final Onlooker onlooker;
    /** What this script has created. */
    private final Set<ObjectKey> born = new HashSet<>();
    /** What the catalogs said when this script had last changed an object. */
    private final Map<ObjectKey, Traits> known = new HashMap<>();
    /** The command that wrote each row of this transaction. */
    private final Map<String, String> written = new HashMap<>();

    private final Map<String, Set<String>> objects = new HashMap<>();

    Effects(Onlooker onlooker) {
        this.onlooker = onlooker;
    }

    /** Another transaction begins. */
    void forget() {
        written.clear();
        objects.clear();
    }

    /** A statement follows after which the onlooker does not see any more what was there before. */
    void remember(Collection<String> catalogs) {
        objects.putAll(onlooker.objects(catalogs));
    }

    /**
     * Those of a statement.
     *
     * @param rows what was written, as {@link CatalogChanges#written} has it
     * @param thinner the objects that are left in the catalogs in which rows were deleted
     * @param inside whether what was done is not committed
     * @param relations those of before the statement
     */
    List<Effect> of(
            List<@Nullable String[]> rows, Map<String, Set<String>> thinner, boolean inside, Relations relations) {
        Map<ObjectKey, List<@Nullable String[]>> fresh = new LinkedHashMap<>();
        for (@Nullable String[] row : rows) {
            ObjectKey key = ObjectKey.of(row);
            String command = Onlooker.text(row, 3);
            if (!command.equals(written.put(key + "." + row[6], command))) {
                fresh.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
            }
        }
        Map<ObjectKey, String> before = onlooker.names(fresh.keySet());
        if (inside) {
            Set<ObjectKey> unknown = new HashSet<>(before.keySet());
            unknown.removeAll(known.keySet());
            known.putAll(onlooker.traits(unknown));
        } else {
            // the other session sees by now what was committed
            before.keySet()
                    .removeIf(key ->
                            !objects.getOrDefault(key.catalog(), Set.of()).contains(key.object()));
        }
        List<Effect> effects = new ArrayList<>();
        for (Map.Entry<ObjectKey, List<@Nullable String[]>> one : fresh.entrySet()) {
            effect(one.getKey(), one.getValue(), before.get(one.getKey())).ifPresent(effects::add);
        }
        return rebuilt(effects, dropped(thinner, inside, relations)).stream()
                .distinct()
                .sorted(Comparator.comparing(Effect::change)
                        .thenComparing(Effect::type)
                        .thenComparing(Effect::object))
                .toList();
    }

    /** @param name what it was called before the transaction; null when it was not there */
    private Optional<Effect> effect(ObjectKey key, List<@Nullable String[]> rows, @Nullable String name) {
        Traits was = known.getOrDefault(key, Traits.NONE);
        boolean old = name != null && !born.contains(key);
        @Nullable String[] row = rows.get(0);
        if (row[5] == null) {
            known.remove(key);
            return name == null
                    ? Optional.empty()
                    : Optional.of(new Effect(Effect.Change.DROPPED, "table column", name, null, old, was, Traits.NONE));
        }
        Traits now = was;
        for (@Nullable String[] one : rows) {
            now = now.with(one[7]);
        }
        known.put(key, now);
        String type = Onlooker.text(row, 4);
        String object = Onlooker.text(row, 5);
        if (name == null && born.add(key)) {
            return isPartOfNew(key)
                    ? Optional.empty()
                    : Optional.of(new Effect(Effect.Change.CREATED, type, object, null, false, was, now));
        }
        if (name != null && !name.equals(object) && isRenamed(was, now)) {
            return Optional.of(new Effect(Effect.Change.RENAMED, type, object, name, old, was, now));
        }
        return isPartOfNew(key)
                ? Optional.empty()
                : Optional.of(new Effect(Effect.Change.CHANGED, type, object, null, old, was, now));
    }

    /** What belongs to something that was renamed before is found under another name too, but was not renamed itself. */
    private static boolean isRenamed(Traits was, Traits now) {
        return was.values().isEmpty()
                || was.values().entrySet().stream()
                        .anyMatch(
                                e -> (e.getKey().endsWith("name") || e.getKey().endsWith("namespace"))
                                        && !now.is(e.getKey(), e.getValue()));
    }

    /** A column of a table that this script has made is told with the table. */
    private boolean isPartOfNew(ObjectKey key) {
        return key.isPart() && born.contains(key.whole());
    }

    private List<Effect> dropped(Map<String, Set<String>> thinner, boolean inside, Relations relations) {
        Set<String> unknown = new HashSet<>(thinner.keySet());
        unknown.removeAll(objects.keySet());
        if (inside) {
            objects.putAll(onlooker.objects(unknown));
        }
        List<Effect> dropped = new ArrayList<>();
        thinner.forEach((catalog, left) -> {
            Set<String> gone = new HashSet<>(objects.getOrDefault(catalog, Set.of()));
            gone.removeAll(left);
            objects.put(catalog, left);
            if (inside && !gone.isEmpty()) {
                dropped.addAll(dropped(catalog, onlooker.named(catalog, gone)));
            } else if (catalog.equals("pg_class")) {
                gone.stream().map(relations::find).filter(Objects::nonNull).forEach(one -> dropped.add(one.dropped()));
            }
        });
        return dropped;
    }

    private List<Effect> dropped(String catalog, List<@Nullable String[]> named) {
        Map<ObjectKey, Traits> traits = onlooker.traits(named.stream()
                .map(row -> new ObjectKey(catalog, Onlooker.text(row, 2), "0"))
                .collect(Collectors.toSet()));
        // what the script has changed before it dropped it, others do not see
        known.forEach((key, last) -> traits.computeIfPresent(key, (same, was) -> last));
        return named.stream()
                .map(row -> new Effect(
                        Effect.Change.DROPPED,
                        Onlooker.text(row, 0),
                        Onlooker.text(row, 1),
                        null,
                        true,
                        traits.getOrDefault(new ObjectKey(catalog, Onlooker.text(row, 2), "0"), Traits.NONE),
                        Traits.NONE))
                .toList();
    }

    /** What is dropped and created under one name was made anew. */
    private static List<Effect> rebuilt(List<Effect> effects, List<Effect> dropped) {
        List<Effect> left = new ArrayList<>(dropped);
        List<Effect> all = new ArrayList<>();
        for (Effect effect : effects) {
            Effect seen = effect;
            if (effect.change() == Effect.Change.CREATED) {
                for (Effect gone : List.copyOf(left)) {
                    if (gone.type().equals(effect.type()) && gone.object().equals(effect.object())) {
                        left.remove(gone);
                        seen = effect.as(Effect.Change.CHANGED, true, gone.was());
                    }
                }
            }
            all.add(seen);
        }
        all.addAll(left);
        return all;
    }
}

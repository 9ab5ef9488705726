package dev.lockkeeper.check;

import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.observation.Traits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the statements of a migration and keeps what the later ones must know of the earlier ones: what is new, what is
 * locked, and what has another name by now than it has for the sessions outside, which tell of locks and of what is dropped.
 */
final class Story {
    private final Set<String> names = new HashSet<>();
    private final Set<String> schemas = new HashSet<>();
    private final Set<String> moved = new HashSet<>();
    /** By the names from before the transaction. */
    private final Map<String, String> renamed = new HashMap<>();

    private final Map<String, Lock> held = new HashMap<>();
    private int transaction;

    /** The next statement. */
    Done next(Observation one) {
        if (one.transaction() == 0 || one.transaction() != transaction) {
            renamed.clear();
            held.clear();
            transaction = one.transaction();
        }
        List<Lock> before = List.copyOf(held.values());
        one.effects().forEach(this::take);
        one.locks().forEach(lock -> held.put(lock.relation(), lock));
        Map<String, Lock> known = new HashMap<>();
        before.stream().map(this::named).forEach(lock -> known.put(lock.relation(), lock));
        Observation seen = renamed.isEmpty()
                ? one
                : new Observation(
                        one.statement(),
                        one.place(),
                        one.transaction(),
                        one.locks().stream().map(this::named).toList(),
                        one.rewrites(),
                        one.scans(),
                        one.rows(),
                        one.effects().stream().map(this::named).toList(),
                        one.notes());
        return new Done(seen, new Made(names, schemas, moved), known);
    }

    private void take(Effect effect) {
        if (effect.change() == Effect.Change.DROPPED) {
            return;
        }
        String before = effect.before();
        boolean isSchema = effect.type().equals("schema");
        if (!effect.old()) {
            (isSchema ? schemas : names).add(effect.object());
            moved.remove(effect.object());
        } else if (before != null) {
            // an old one that takes the name of a new one is old
            (isSchema ? schemas : names).remove(effect.object());
            moved.add(effect.object());
        }
        if (before != null && transaction > 0) {
            renamed.put(isSchema ? before + "." : before, isSchema ? effect.object() + "." : effect.object());
        }
    }

    private Lock named(Lock lock) {
        return new Lock(name(lock.relation()), lock.kind(), lock.mode());
    }

    private Effect named(Effect effect) {
        if (effect.change() != Effect.Change.DROPPED) {
            return effect;
        }
        Map<String, String> was = new HashMap<>(effect.was().values());
        for (String trait : List.of("table", "references")) {
            was.computeIfPresent(trait, (key, name) -> name(name));
        }
        return new Effect(
                effect.change(),
                effect.type(),
                name(effect.object()),
                effect.before(),
                effect.old(),
                new Traits(was),
                effect.now());
    }

    private String name(String outside) {
        @Nullable String now = renamed.get(outside);
        if (now != null) {
            return now;
        }
        for (Map.Entry<String, String> schema : renamed.entrySet()) {
            if (schema.getKey().endsWith(".") && outside.startsWith(schema.getKey())) {
                return schema.getValue() + outside.substring(schema.getKey().length());
            }
        }
        return outside;
    }
}

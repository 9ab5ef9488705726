package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Names by which the text of a diagram calls its tables: they need no quotes in any language. */
final class Aliases {
    private final Map<ObjectName, String> names = new HashMap<>();

    private Aliases() {}

    static Aliases of(Diagram diagram) {
        Aliases aliases = new Aliases();
        diagram.boxes().forEach(box -> aliases.names.put(box.name(), "t" + (aliases.names.size() + 1)));
        return aliases;
    }

    String of(ObjectName table) {
        return Objects.requireNonNull(names.get(table));
    }
}

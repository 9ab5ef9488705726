package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;

/** Names of tables as a file spells them: {@code schema.table}, with quotes where a name holds a dot or a quote. */
final class Names {
    private Names() {}

    /** A name as the file spells it. */
    static String spelled(ObjectName name) {
        return part(name.schema()) + "." + part(name.name());
    }

    private static String part(String name) {
        return name.contains(".") || name.contains("\"") ? '"' + name.replace("\"", "\"\"") + '"' : name;
    }
}

package dev.lockkeeper.catalog.model;

/** Names of tables as a file spells them: {@code schema.table}, with quotes where a name holds a dot or a quote. */
public final class Names {
    private Names() {}

    /** A name as the file spells it. */
    public static String spelled(ObjectName name) {
        return part(name.schema()) + "." + part(name.name());
    }

    private static String part(String name) {
        return name.contains(".") || name.contains("\"") ? '"' + name.replace("\"", "\"\"") + '"' : name;
    }
}

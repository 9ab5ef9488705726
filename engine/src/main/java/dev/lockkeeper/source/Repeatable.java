package dev.lockkeeper.source;

import java.util.Objects;

/**
 * A script without a version, such as a view or a function, that runs again whenever it has changed: {@code
 * R__daily_totals.sql}. It must bear to be run again.
 *
 * @param name what follows {@code R__}, without the ending
 */
public record Repeatable(String name, Script script) {
    public Repeatable {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(script, "script");
    }

    /** The name with its mark, which tells it from a version. */
    public String label() {
        return "R__" + name;
    }

    /** The name as a sentence has it. */
    public String description() {
        return name.replace('_', ' ');
    }
}

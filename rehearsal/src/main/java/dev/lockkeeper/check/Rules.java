package dev.lockkeeper.check;

import dev.lockkeeper.check.rule.BuildIndex;
import java.util.List;
import java.util.Optional;

/** All rules. */
public final class Rules {
    private static final List<Rule> ALL = List.of(new BuildIndex());

    private Rules() {}

    /** In the order of their ids. */
    public static List<Rule> all() {
        return ALL;
    }

    /** The one with this id, whatever the case of its letters. */
    public static Optional<Rule> find(String id) {
        return ALL.stream()
                .filter(rule -> rule.text().id().equalsIgnoreCase(id))
                .findFirst();
    }
}

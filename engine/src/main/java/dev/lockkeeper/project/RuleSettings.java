package dev.lockkeeper.project;

import dev.lockkeeper.problem.Place;
import java.util.Map;

/**
 * What a project says of rules.
 *
 * @param levels by the id of a rule as written: {@code off}, {@code note}, {@code warning} or {@code error}
 * @param names by the kind of object, such as {@code index}: the regular expression that its name has to match as a whole
 */
public record RuleSettings(Map<String, Setting> levels, Map<String, Setting> names) {
    /** A value and where it stands. */
    public record Setting(String value, Place place) {}

    /** What no project says anything of. */
    public static final RuleSettings NONE = new RuleSettings(Map.of(), Map.of());

    public RuleSettings {
        levels = Map.copyOf(levels);
        names = Map.copyOf(names);
    }
}

package dev.lockkeeper.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says.
 *
 * @param id stable, such as {@code LK01}
 * @param title what is wrong, in a few words
 * @param severity unless a project says otherwise
 * @param why what happens in production, one paragraph
 * @param safer how the same is done safely, one line that a finding can end with
 * @param examples at least one
 */
public record RuleText(String id, String title, Severity severity, String why, String safer, List<Example> examples) {
    public RuleText {
        examples = List.copyOf(examples);
    }

    /**
     * A pair of migrations.
     *
     * @param before what was there before, as a migration of its own; may be empty
     * @param bad up script in which the rule finds something
     * @param good up script that does the same, or nearly, in which it finds nothing
     * @param target the version of the server for which it is meant; null for any
     */
    public record Example(
            String before,
            String bad,
            String good,
            @Nullable String target) {
        public Example(String before, String bad, String good) {
            this(before, bad, good, null);
        }
    }
}

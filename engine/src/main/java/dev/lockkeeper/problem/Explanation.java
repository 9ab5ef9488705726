package dev.lockkeeper.problem;

import java.util.List;

/**
 * What {@code lockkeeper explain} tells of a problem beside its meaning.
 *
 * @param example the lines of an example: files with their indented text, what is typed after {@code $}, and the first lines
 *     of what is then printed
 * @param fixes one line for each way out
 */
public record Explanation(List<String> example, List<String> fixes) {
    public Explanation {
        example = List.copyOf(example);
        fixes = List.copyOf(fixes);
    }
}

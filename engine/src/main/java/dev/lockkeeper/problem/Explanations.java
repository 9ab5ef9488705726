package dev.lockkeeper.problem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The examples and fixes of {@code explanations.txt}, one section {@code [name]} for each code, and one for the launcher, which
 * has errors of its own. Only {@code explain} reads it. Immutable, and so safe for several threads.
 */
public final class Explanations {
    /** The name in brackets of the errors of the launcher script. */
    public static final String LAUNCHER = "launcher";

    private final Map<String, Explanation> sections;

    private Explanations(Map<String, Explanation> sections) {
        this.sections = sections;
    }

    /** Reads the file that this build holds. */
    public static Explanations read() {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        List<String> open = new ArrayList<>();
        for (String line : TextResource.lines("explanations.txt")) {
            if (line.matches("\\[[a-z-]+]")) {
                open = new ArrayList<>();
                if (texts.put(line.substring(1, line.length() - 1), open) != null) {
                    throw new IllegalStateException("twice in explanations.txt: " + line);
                }
            } else if (!line.isBlank()) {
                open.add(line);
            }
        }
        Map<String, Explanation> sections = new LinkedHashMap<>();
        texts.forEach((name, lines) -> {
            int fix = lines.indexOf("fix:");
            sections.put(name, new Explanation(lines.subList(0, fix), lines.subList(fix + 1, lines.size())));
        });
        return new Explanations(sections);
    }

    /** The names of all sections, in the order of the file. */
    public Set<String> names() {
        return sections.keySet();
    }

    /** The section of a code, by its slug, or of {@link #LAUNCHER}. */
    public Explanation of(String name) {
        Explanation found = sections.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no section " + name);
        }
        return found;
    }
}

package dev.lockkeeper.gate;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Patterns divided by commas, with {@code *}, {@code ?} and a leading {@code !} for what must not match (ssh_config, PATTERNS).
 *
 * @param patterns in their order
 */
public record PatternList(List<String> patterns) {
    public PatternList {
        patterns = List.copyOf(patterns);
    }

    static PatternList of(String text) {
        return new PatternList(Pattern.compile(",").splitAsStream(text).toList());
    }

    boolean matches(String name) {
        return patterns.stream().noneMatch(p -> p.startsWith("!") && matches(p.substring(1), name))
                && patterns.stream().anyMatch(p -> !p.startsWith("!") && matches(p, name));
    }

    /** Whether it names single names only. */
    boolean isPlain() {
        return patterns.stream().noneMatch(p -> p.isEmpty() || p.startsWith("!") || p.matches("(?s).*[*?].*"));
    }

    private static boolean matches(String pattern, String name) {
        StringBuilder regex = new StringBuilder();
        pattern.codePoints()
                .forEach(c -> regex.append(
                        switch (c) {
                            case '*' -> ".*";
                            case '?' -> ".";
                            default -> Pattern.quote(Character.toString(c));
                        }));
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(name).matches();
    }
}

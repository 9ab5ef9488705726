package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the caller of a tool may say.
 *
 * @param option of the command; empty where the value stands alone
 * @param schema what JSON Schema says of it
 */
record McpArgument(String name, String option, Map<String, Object> schema) {
    private static final int LONGEST = 300;
    private static final String DEFAULT = "default";

    /** A text that the pattern describes. */
    static McpArgument text(String name, String option, String pattern, String description) {
        return new McpArgument(name, option, described(description, Map.of("type", "string", "pattern", pattern)));
    }

    /** One of these words. */
    static McpArgument choice(String name, String option, Collection<String> words, String description) {
        return new McpArgument(
                name, option, described(description, Map.of("type", "string", "enum", List.copyOf(words))));
    }

    /** The first of these words unless another is said. */
    static McpArgument action(String name, List<String> words, String description) {
        return new McpArgument(
                name, "", described(description, Map.of("type", "string", "enum", words, DEFAULT, words.get(0))));
    }

    static McpArgument flag(String name, String option, String description) {
        return new McpArgument(name, option, described(description, Map.of("type", "boolean")));
    }

    static McpArgument number(String name, String option, int least, String description) {
        return new McpArgument(
                name,
                option,
                described(description, Map.of("type", "integer", "minimum", least, "maximum", Integer.MAX_VALUE)));
    }

    /** Several of another. */
    static McpArgument several(McpArgument one, String description) {
        return new McpArgument(
                one.name(),
                one.option(),
                described(description, Map.of("type", "array", "maxItems", 50, "items", one.schema())));
    }

    // in the same order every time: what clients have kept of it stays the same
    private static Map<String, Object> described(String description, Map<String, Object> schema) {
        Map<String, Object> all = new TreeMap<>(schema);
        all.put("description", description);
        return all;
    }

    /**
     * The words of the command for a value.
     *
     * @param given as JSON was read; null when it is not there
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when it could be taken for an option
     */
    Stream<String> words(@Nullable Object given) {
        @Nullable Object value = given == null ? schema.get(DEFAULT) : given;
        if (value == null || Boolean.FALSE.equals(value)) {
            return Stream.empty();
        }
        if (value instanceof Boolean) {
            return Stream.of(option);
        }
        if (value instanceof List<?> values) {
            return values.stream().map(this::word);
        }
        return Stream.of(word(value));
    }

    // the schema refuses it before; this holds whatever becomes of the schema
    private String word(Object value) {
        String text = value instanceof Number number ? Long.toString(number.longValue()) : value.toString();
        if (text.isEmpty() || text.startsWith("-") || text.length() > LONGEST) {
            throw Problem.of(Code.USAGE, "this is no value of " + name)
                    .because("a value begins with no hyphen and has 1 to " + LONGEST + " characters")
                    .asException();
        }
        return option.isEmpty() ? text : option + "=" + text;
    }
}

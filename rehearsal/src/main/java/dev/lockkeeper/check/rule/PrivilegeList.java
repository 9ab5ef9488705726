package dev.lockkeeper.check.rule;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with an object, as a column of type aclitem[] says it (manual 5.8, "Privileges").
 *
 * @param granted the letters of privileges by role, {@code PUBLIC} for all; what the owner has is not in it
 */
record PrivilegeList(Map<String, Set<String>> granted) {
    private static final Pattern STRING = Pattern.compile("\"((?:\\\\.|[^\"\\\\])*)\"");
    private static final Pattern ITEM = Pattern.compile("(?s)(?<role>.*)=(?<letters>[a-zA-Z*]*)/(?<owner>.*)");
    /** What all may do with an object that nobody has granted anything of, by the column. */
    private static final Map<String, String> BY_DEFAULT =
            Map.of("proacl", "X", "typacl", "U", "lanacl", "U", "datacl", "Tc");

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("r", "SELECT"),
            Map.entry("a", "INSERT"),
            Map.entry("w", "UPDATE"),
            Map.entry("d", "DELETE"),
            Map.entry("D", "TRUNCATE"),
            Map.entry("x", "REFERENCES"),
            Map.entry("t", "TRIGGER"),
            Map.entry("m", "MAINTAIN"),
            Map.entry("U", "USAGE"),
            Map.entry("C", "CREATE"),
            Map.entry("c", "CONNECT"),
            Map.entry("T", "TEMPORARY"),
            Map.entry("X", "EXECUTE"),
            Map.entry("s", "SET"),
            Map.entry("A", "ALTER SYSTEM"));

    /** @param column its name in the catalog */
    static PrivilegeList of(String column, @Nullable String json) {
        Map<String, Set<String>> granted = new TreeMap<>();
        if (json == null) {
            add(granted, "", BY_DEFAULT.getOrDefault(column, ""));
            return new PrivilegeList(granted);
        }
        Matcher strings = STRING.matcher(json);
        while (strings.find()) {
            Matcher item = ITEM.matcher(strings.group(1).replace("\\\"", "\"").replace("\\\\", "\\"));
            if (item.matches() && !item.group("role").equals(item.group("owner"))) {
                add(granted, item.group("role"), item.group("letters"));
            }
        }
        return new PrivilegeList(granted);
    }

    private static void add(Map<String, Set<String>> granted, String role, String letters) {
        Matcher one = Pattern.compile("[a-zA-Z]\\*?").matcher(letters);
        while (one.find()) {
            granted.computeIfAbsent(role.isEmpty() ? "PUBLIC" : role, r -> new LinkedHashSet<>())
                    .add(one.group());
        }
    }

    /** What this has and the other has not, in words, one role after the other; empty when there is nothing of that. */
    List<String> without(PrivilegeList other) {
        List<String> more = new ArrayList<>();
        granted.forEach((role, letters) -> {
            Set<String> left = new LinkedHashSet<>(letters);
            left.removeAll(other.granted.getOrDefault(role, Set.of()));
            if (!left.isEmpty()) {
                more.add(role + " " + left.stream().map(PrivilegeList::word).collect(Collectors.joining(", ")));
            }
        });
        return more;
    }

    private static String word(String letter) {
        String word = WORDS.getOrDefault(letter.substring(0, 1), letter);
        return letter.endsWith("*") ? word + " WITH GRANT OPTION" : word;
    }
}

package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads access privileges as the server prints them (manual 5.8, "Privileges": grantee=letters/grantor). */
final class Privileges {
    /** Grantee, letters and grantor of one line. */
    static final Pattern ITEM = Pattern.compile("^(.*)=([a-zA-Z*]*)/(.*)$", Pattern.DOTALL);

    private static final Map<Character, String> LETTERS = Map.ofEntries(
            Map.entry('r', "select"),
            Map.entry('a', "insert"),
            Map.entry('w', "update"),
            Map.entry('d', "delete"),
            Map.entry('D', "truncate"),
            Map.entry('x', "references"),
            Map.entry('t', "trigger"),
            Map.entry('m', "maintain"),
            Map.entry('C', "create"),
            Map.entry('c', "connect"),
            Map.entry('T', "temporary"),
            Map.entry('X', "execute"),
            Map.entry('U', "usage"),
            Map.entry('s', "set"),
            Map.entry('A', "alter system"));

    private Privileges() {}

    /** What a letter stands for. */
    static String word(char letter) {
        return LETTERS.getOrDefault(letter, String.valueOf(letter));
    }

    /**
     * What one role may do.
     *
     * @param grantee empty for everybody
     */
    record Item(String grantee, List<String> privileges, boolean grantable) {
        String role() {
            return grantee.isEmpty() ? "public" : grantee;
        }
    }

    /** One item for each line; an item that is not understood is left out. */
    static List<Item> items(@Nullable String privileges) {
        List<Item> items = new ArrayList<>();
        for (String line : lines(privileges)) {
            Matcher matcher = ITEM.matcher(line);
            if (matcher.matches()) {
                String letters = matcher.group(2);
                List<String> words = letters.chars()
                        .filter(c -> c != '*')
                        .mapToObj(c -> LETTERS.getOrDefault((char) c, String.valueOf((char) c)))
                        .toList();
                items.add(new Item(matcher.group(1), words, letters.indexOf('*') >= 0));
            }
        }
        return items;
    }

    private static List<String> lines(@Nullable String privileges) {
        return privileges == null || privileges.equals("none") ? List.of() : Arrays.asList(privileges.split("\n"));
    }

    /** What one list has and another has not, in words. */
    static String apart(@Nullable String privileges, @Nullable String other) {
        if (privileges == null) {
            return "default";
        }
        List<String> own = new ArrayList<>(lines(privileges));
        own.removeAll(lines(other));
        List<String> told = new ArrayList<>();
        for (String line : own) {
            List<Item> items = items(line);
            told.add(items.isEmpty() ? line : told(line, items.get(0)));
        }
        return told.isEmpty() ? "none" : String.join("; ", told);
    }

    private static String told(String line, Item item) {
        Matcher matcher = ITEM.matcher(line);
        boolean mixed = matcher.matches()
                && item.grantable()
                && matcher.group(2).chars().filter(c -> c == '*').count()
                        < item.privileges().size();
        return mixed
                ? line
                : String.join(", ", item.privileges()) + " to " + item.role()
                        + (item.grantable() ? " with grant option" : "");
    }
}

package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.page.Device;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names for programs, made of names of the database. Those that come out alike get numbers; upper and lower case do not tell
 * two names apart, because they do not tell two files apart everywhere. One for each place where names must differ.
 */
final class Identifiers {
    private final Set<String> taken = new HashSet<>();

    Identifiers(Set<String> reserved) {
        reserved.forEach(name -> taken.add(folded(name)));
    }

    /** The wanted name, or the first with a number behind it that is free together with each of these endings. */
    String take(String wanted, String... endings) {
        List<String> all = new ArrayList<>(List.of(endings));
        all.add("");
        String name = wanted;
        // a number may make a name of a device: com, com1
        for (int number = 2; isTaken(name, all) || (number > 2 && Device.isNamed(name)); number++) {
            name = wanted + number;
        }
        for (String ending : all) {
            taken.add(folded(name + ending));
        }
        return name;
    }

    private boolean isTaken(String name, List<String> endings) {
        return endings.stream().anyMatch(ending -> taken.contains(folded(name + ending)));
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** {@code order_item} becomes {@code OrderItem}. */
    static String pascal(String name) {
        StringBuilder made = new StringBuilder();
        boolean start = true;
        for (int c : name.codePoints().toArray()) {
            if (!Character.isUnicodeIdentifierPart(c) || Character.isIdentifierIgnorable(c) || c == '_') {
                start = true;
            } else {
                made.appendCodePoint(start ? Character.toUpperCase(c) : c);
                start = false;
            }
        }
        boolean named = !made.isEmpty() && Character.isUnicodeIdentifierStart(made.codePointAt(0));
        return named ? made.toString() : "N" + made;
    }

    /** {@code order_item} becomes {@code orderItem}. */
    static String camel(String name) {
        String pascal = pascal(name);
        int first = pascal.codePointAt(0);
        return new StringBuilder()
                .appendCodePoint(Character.toLowerCase(first))
                .append(pascal.substring(Character.charCount(first)))
                .toString();
    }

    /** The name itself, or with a line below at its end where no file may be called so. */
    static String apart(String name) {
        return Device.isNamed(name) ? name + "_" : name;
    }

    /** A name of a file: small ASCII letters, digits and underscores. */
    static String file(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "_");
        return plain.matches("_*") ? "schema" : apart(plain);
    }
}

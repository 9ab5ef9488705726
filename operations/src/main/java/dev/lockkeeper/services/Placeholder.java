package dev.lockkeeper.services;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands for the value of a variable: its name between <code>${</code> and <code>}</code>. */
final class Placeholder {
    private static final Pattern FORM = Pattern.compile("\\$\\{([^}]*)}");

    private Placeholder() {}

    static List<String> names(String text) {
        return FORM.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** Whether one begins that does not end. */
    static boolean isOpen(String text) {
        return FORM.matcher(text).replaceAll("").contains("${");
    }

    /** The text with the values in it. A variable that is not set is empty; who calls has made sure of them. */
    static String filled(String text, Map<String, String> variables) {
        return FORM.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), "")));
    }
}

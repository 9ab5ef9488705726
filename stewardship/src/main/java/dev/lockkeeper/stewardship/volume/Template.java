package dev.lockkeeper.stewardship.volume;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places for values: {@code {n}} is the number of the row from 1 on, {@code {column}} the value of a column.
 *
 * @param parts in turn text and the name of what follows it; a text is the last
 */
record Template(List<String> parts) {
    private static final Pattern PLACE = Pattern.compile("\\{([^{}]+)}");
    private static final String NUMBER = "n";

    Template {
        parts = List.copyOf(parts);
    }

    static Template of(String text) {
        List<String> parts = new ArrayList<>();
        Matcher place = PLACE.matcher(text);
        int at = 0;
        while (place.find()) {
            parts.add(text.substring(at, place.start()));
            parts.add(place.group(1));
            at = place.end();
        }
        parts.add(text.substring(at));
        return new Template(parts);
    }

    /** The columns that stand in a text. */
    static Set<String> columns(String text) {
        Set<String> columns = new LinkedHashSet<>();
        PLACE.matcher(text)
                .results()
                .map(m -> m.group(1))
                .filter(n -> !n.equals(NUMBER))
                .forEach(columns::add);
        return columns;
    }

    String fill(MadeRow row) {
        StringBuilder text = new StringBuilder(parts.get(0));
        for (int i = 1; i < parts.size(); i += 2) {
            String name = parts.get(i);
            String value = name.equals(NUMBER) ? Long.toString(row.number() + 1) : row.value(name);
            text.append(value == null ? "" : value).append(parts.get(i + 1));
        }
        return text.toString();
    }
}

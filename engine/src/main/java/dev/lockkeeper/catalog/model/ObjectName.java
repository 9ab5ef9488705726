package dev.lockkeeper.catalog.model;

import dev.lockkeeper.database.Quote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The name of a table, type or routine with the schema that it is in. Ordered by schema, then name, by code points. */
public record ObjectName(String schema, String name) implements Comparable<ObjectName> {
    private static final Comparator<ObjectName> ORDER = Comparator.comparing(ObjectName::schema, ObjectName::compare)
            .thenComparing(ObjectName::name, ObjectName::compare);

    /** As SQL spells it. */
    public String quoted() {
        return Quote.identifier(schema) + "." + Quote.identifier(name);
    }

    /** Whether a person means it: as it is shown, or with quotes as SQL has them, needed or not. */
    public boolean isMeantBy(String text) {
        return toString().equals(text) || written(text).filter(this::equals).isPresent();
    }

    /**
     * The name that a person writes as {@code schema.name}, each half in double quotes or not; the case of letters counts in both.
     * Empty when it is none with a schema.
     */
    public static Optional<ObjectName> written(String text) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at <= text.length()) {
            StringBuilder part = new StringBuilder();
            int next = at < text.length() && text.charAt(at) == '"' ? quoted(text, at, part) : plain(text, at, part);
            if (next < 0 || part.isEmpty()) {
                return Optional.empty();
            }
            parts.add(part.toString());
            at = next + 1;
        }
        return parts.size() == 2 ? Optional.of(new ObjectName(parts.get(0), parts.get(1))) : Optional.empty();
    }

    /** The place of the dot or end behind it; -1 when the quote does not end there. */
    private static int quoted(String text, int from, StringBuilder part) {
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) != '"') {
                part.append(text.charAt(i));
            } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                part.append('"');
                i++;
            } else {
                return i + 1 == text.length() || text.charAt(i + 1) == '.' ? i + 1 : -1;
            }
        }
        return -1;
    }

    private static int plain(String text, int from, StringBuilder part) {
        int dot = text.indexOf('.', from);
        int end = dot < 0 ? text.length() : dot;
        part.append(text, from, end);
        return part.indexOf("\"") >= 0 ? -1 : end;
    }

    @Override
    public int compareTo(ObjectName other) {
        return ORDER.compare(this, other);
    }

    /** As the collation C orders text of UTF-8, which surrogates do not follow. */
    static int compare(String one, String other) {
        int[] a = one.codePoints().toArray();
        int[] b = other.codePoints().toArray();
        return Arrays.compare(a, b);
    }

    /** For people; not quoted. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}

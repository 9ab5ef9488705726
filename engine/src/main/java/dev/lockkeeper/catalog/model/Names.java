package dev.lockkeeper.catalog.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names of tables as a person writes them: {@code schema.table}, with quotes where a name holds a dot or a quote. */
public final class Names {
    private Names() {}

    /** The table of a name; empty when it is none with a schema. */
    public static Optional<ObjectName> table(String text) {
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

    /** A name as the file spells it. */
    public static String spelled(ObjectName name) {
        return part(name.schema()) + "." + part(name.name());
    }

    private static String part(String name) {
        return name.contains(".") || name.contains("\"") ? '"' + name.replace("\"", "\"\"") + '"' : name;
    }
}

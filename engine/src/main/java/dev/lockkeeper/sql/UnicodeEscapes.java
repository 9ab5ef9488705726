package dev.lockkeeper.sql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the escapes of {@code U&"..."} (manual 4.1.1, "Identifiers and Key Words"). */
final class UnicodeEscapes {
    private UnicodeEscapes() {}

    /**
     * The same identifier without its escapes, still in its quotes.
     *
     * @return null when the server would refuse it
     */
    static @Nullable String read(String quoted, char escape) {
        String sign = Pattern.quote(String.valueOf(escape));
        Matcher found = Pattern.compile(sign + "(?:([0-9A-Fa-f]{4})|\\+([0-9A-Fa-f]{6})|(" + sign + ")|)")
                .matcher(quoted);
        StringBuilder read = new StringBuilder();
        int from = 0;
        while (found.find()) {
            read.append(quoted, from, found.start());
            from = found.end();
            String code = found.group(1) == null ? found.group(2) : found.group(1);
            if (code != null) {
                int point = Integer.parseInt(code, 16);
                if (point == 0 || point > Character.MAX_CODE_POINT) {
                    return null;
                }
                // an escape for a double quote stands for the char, not for the end of the identifier
                read.append(point == '"' ? "\"\"" : Character.toString(point));
            } else if (found.group(3) != null) {
                read.append(escape);
            } else {
                return null;
            }
        }
        String text = read.append(quoted, from, quoted.length()).toString();
        return text.length() > 2 ? text : null;
    }
}

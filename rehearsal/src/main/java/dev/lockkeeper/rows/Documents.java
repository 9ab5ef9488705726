package dev.lockkeeper.rows;

import java.util.ArrayList;
import java.util.List;

/** JSON documents as candidates: of each kind, and with the keys that conditions mention. */
final class Documents {
    private Documents() {}

    static List<String> of(String type, Kind kind, Hints hints) {
        int n = kind.number();
        if (type.equals("jsonpath")) {
            return List.of("$.plain[" + n + "]");
        }
        List<String> all = new ArrayList<>();
        if (kind == Kind.EDGE) {
            // json keeps blanks, order and the second b; jsonb keeps the digits
            all.add("{\"b\": 1,  \"a\": [12345678901234567890.10, null], \"b\": \"\u00fc\"}");
        }
        all.add("{\"plain\": " + n + "}");
        List<String> strings = hints.strings().stream()
                .filter(s -> s.length() < 100)
                .map(Documents::string)
                .limit(12)
                .toList();
        for (String value : List.of("\"plain\"", "1", "{}", "[]", "true")) {
            strings.forEach(key -> all.add("{" + key + ": " + value + "}"));
            all.add("{"
                    + String.join(
                            ", ", strings.stream().map(k -> k + ": " + value).toList()) + "}");
        }
        for (String key : strings) {
            strings.forEach(value -> all.add("{" + key + ": " + value + "}"));
        }
        all.addAll(List.of("{}", "[]", "[" + n + "]", "[{\"plain\": 1}]", "\"plain\"", "" + n, "true", "null"));
        return all;
    }

    private static String string(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"';
    }
}

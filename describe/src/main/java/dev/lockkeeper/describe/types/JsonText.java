package dev.lockkeeper.describe.types;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON for people: two blanks a level, the members of an object each on a line, in the order in which they were put. */
final class JsonText {
    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    /** @param value of maps, lists, texts, numbers, truths and null */
    static String of(Map<String, ?> value) {
        JsonText text = new JsonText();
        text.write(value, "");
        return text.out.append('\n').toString();
    }

    private void write(@Nullable Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            object(map, indent);
        } else if (value instanceof List<?> list) {
            array(list, indent);
        } else if (value instanceof String text) {
            string(text);
        } else {
            out.append(value);
        }
    }

    private void object(Map<?, ?> map, String indent) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        out.append("{\n");
        Iterator<? extends Map.Entry<?, ?>> members = map.entrySet().iterator();
        while (members.hasNext()) {
            Map.Entry<?, ?> member = members.next();
            out.append(indent).append("  ");
            string(String.valueOf(member.getKey()));
            out.append(": ");
            write(member.getValue(), indent + "  ");
            out.append(members.hasNext() ? ",\n" : "\n");
        }
        out.append(indent).append('}');
    }

    private void array(List<?> list, String indent) {
        out.append('[');
        boolean flat = list.stream().noneMatch(item -> item instanceof Map || item instanceof List);
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ",").append(flat ? (i == 0 ? "" : " ") : "\n" + indent + "  ");
            write(list.get(i), indent + "  ");
        }
        out.append(flat ? "]" : "\n" + indent + "]");
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}

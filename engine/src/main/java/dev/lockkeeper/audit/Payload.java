package dev.lockkeeper.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object whose plain values are read as text. What is not there, or of another kind, reads as empty: whoever asks says what
 * that means.
 *
 * @param values texts, payloads and lists of them; a null is left out
 */
record Payload(Map<String, Object> values) {
    /** Reads a text; null when it is not one JSON object. */
    static @Nullable Payload read(@Nullable String text) {
        if (text == null) {
            return new Payload(Map.of());
        }
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            Payload payload = object(parser);
            return parser.nextToken() == null ? payload : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Payload object(JsonParser parser) {
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                values.put(name, value);
            }
        }
        return new Payload(values);
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    Object item = value(parser);
                    if (item != null) {
                        items.add(item);
                    }
                }
                yield items;
            }
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }

    @Nullable
    String text(String name) {
        return values.get(name) instanceof String text ? text : null;
    }

    /** A number; -1 when it is none. */
    long number(String name) {
        String text = text(name);
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    List<Payload> objects(String name) {
        return items(name, Payload.class);
    }

    List<String> texts(String name) {
        return items(name, String.class);
    }

    /** A list of lists of texts. */
    List<List<String>> lists(String name) {
        return items(name, List.class).stream()
                .map(list -> ((List<?>) list).stream().map(String::valueOf).toList())
                .toList();
    }

    Payload object(String name) {
        return values.get(name) instanceof Payload object ? object : new Payload(Map.of());
    }

    private <T> List<T> items(String name, Class<T> type) {
        return values.get(name) instanceof List<?> items
                ? items.stream().filter(type::isInstance).map(type::cast).toList()
                : List.of();
    }
}

package dev.lockkeeper.evidence;

import dev.lockkeeper.problem.LockkeeperException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * One object of what a command has printed as JSON. Within a version of a form fields are only added, so fields that nobody asks for are
 * passed over.
 *
 * @param source the file or the part that holds it
 */
record Facts(String source, Map<String, Object> values) {
    private static final String SCHEMA = "schema";

    private record Null() {}

    /** @throws LockkeeperException {@code evidence-unfit} for what is not one JSON object with a form */
    static Facts read(String source, String text) {
        JsonFactory json = JsonFactory.builder()
                // two fields of one name are read as one thing by some and as another by others
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                Facts facts = object(source, parser);
                if (parser.nextToken() == null && facts.textOrNull(SCHEMA) != null) {
                    return facts;
                }
            }
        } catch (JacksonException e) {
            throw Unfit.problem(source, "this is not what a command of Lockkeeper prints as JSON")
                    .because(e.getOriginalMessage())
                    .asException(e);
        }
        throw Unfit.problem(source, "this is not what a command of Lockkeeper prints as JSON")
                .because("it is not one object with the field schema")
                .asException();
    }

    private static Facts object(String source, JsonParser parser) {
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            values.put(name, value(source, parser));
        }
        return new Facts(source, values);
    }

    private static Object value(String source, JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(source, parser);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(source, parser));
                }
                yield items;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NULL -> new Null();
            default -> parser.getString();
        };
    }

    String schema() {
        return text(SCHEMA);
    }

    String text(String name) {
        return as(name, String.class);
    }

    /** The text; null when there is none. */
    @Nullable
    String textOrNull(String name) {
        return has(name) ? text(name) : null;
    }

    long number(String name) {
        return as(name, Long.class);
    }

    /** The number; empty when there is none. */
    Optional<Long> numberOrNone(String name) {
        return has(name) ? Optional.of(number(name)) : Optional.empty();
    }

    /** The number; 0 when there is none. */
    long numberOrZero(String name) {
        return numberOrNone(name).orElse(0L);
    }

    boolean flag(String name) {
        return as(name, Boolean.class);
    }

    Facts object(String name) {
        return as(name, Facts.class);
    }

    /** The object; empty when there is none. */
    Optional<Facts> objectOrNone(String name) {
        return has(name) ? Optional.of(object(name)) : Optional.empty();
    }

    List<Facts> objects(String name) {
        return items(name, Facts.class);
    }

    List<String> texts(String name) {
        return items(name, String.class);
    }

    /** The texts; none when there is no such list. */
    List<String> textsOrNone(String name) {
        return has(name) ? texts(name) : List.of();
    }

    /** Whether the field is there and not null. */
    boolean has(String name) {
        Object value = values.get(name);
        return value != null && !(value instanceof Null);
    }

    private <T> List<T> items(String name, Class<T> type) {
        List<?> items = as(name, List.class);
        if (!items.stream().allMatch(type::isInstance)) {
            throw unlike(name);
        }
        return items.stream().map(type::cast).toList();
    }

    private <T> T as(String name, Class<T> type) {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw unlike(name);
        }
        return type.cast(value);
    }

    private LockkeeperException unlike(String name) {
        return Unfit.problem(source, "the field " + name + " is missing or not what it should be")
                .because("an older Lockkeeper has written it, or it was changed")
                .asException();
    }
}

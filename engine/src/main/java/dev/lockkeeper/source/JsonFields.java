package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * One object of a file that we have written. It is known to the last field: what is left over when it was read is refused, for it is not what was
 * written. Not thread-safe.
 */
public final class JsonFields {
    private final String file;
    private final Form form;
    private final int line;
    private final int column;
    private final Map<String, Object> values;

    private JsonFields(String file, Form form, TokenStreamLocation start, Map<String, Object> values) {
        this.file = file;
        this.form = form;
        this.line = start.getLineNr();
        this.column = start.getColumnNr();
        this.values = values;
    }

    /**
     * What a file should be.
     *
     * @param code of the problem when it is not
     * @param noun what it holds, such as {@code plan}
     * @param help how to get one that is
     */
    public record Form(Code code, String noun, String help) {
        /** A problem of a file as a whole. */
        public Problem bad(String file, String message) {
            return Problem.of(code, message).at(Place.of(file)).help(help);
        }
    }

    private record Null() {}

    /**
     * Reads the text of a file.
     *
     * @throws LockkeeperException with the code of the form and the place where it stops being what it should be
     */
    public static JsonFields read(String file, String text, Form form) {
        JsonFactory json = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw form.bad(file, "the file holds no " + form.noun()).asException();
            }
            JsonFields fields = object(file, form, parser);
            if (parser.nextToken() != null) {
                throw form.bad(file, "something follows the end of the " + form.noun())
                        .at(place(file, parser.currentTokenLocation()))
                        .asException();
            }
            return fields;
        } catch (JacksonException e) {
            TokenStreamLocation where = e.getLocation();
            throw form.bad(file, "the " + form.noun() + " cannot be read: " + e.getOriginalMessage())
                    .at(where == null ? Place.of(file) : place(file, where))
                    .because("it was cut off, or altered by hand")
                    .asException(e);
        }
    }

    private static JsonFields object(String file, Form form, JsonParser parser) {
        TokenStreamLocation start = parser.currentTokenLocation();
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            values.put(name, value(file, form, parser));
        }
        return new JsonFields(file, form, start, values);
    }

    private static Object value(String file, Form form, JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(file, form, parser);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(file, form, parser));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NULL -> new Null();
            default ->
                throw form.bad(file, "a " + form.noun() + " holds no such value")
                        .at(place(file, parser.currentTokenLocation()))
                        .asException();
        };
    }

    /** Whether the field is there, and was not asked for yet. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name) {
        return as(name, String.class, "a text");
    }

    /** The text; null when the field says so. */
    public @Nullable String textOrNull(String name) {
        if (values.get(name) instanceof Null) {
            values.remove(name);
            return null;
        }
        return text(name);
    }

    public long number(String name) {
        return as(name, Long.class, "a number");
    }

    public boolean flag(String name) {
        return as(name, Boolean.class, "true or false");
    }

    /** The same; false where it is missing. */
    public boolean flagOrFalse(String name) {
        return values.containsKey(name) && flag(name);
    }

    public int count(String name) {
        long number = number(name);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw bad("the field " + name + " is " + number).asException();
        }
        return (int) number;
    }

    public JsonFields object(String name) {
        return as(name, JsonFields.class, "an object");
    }

    /** The object; null when the field says so. */
    public @Nullable JsonFields objectOrNull(String name) {
        if (values.get(name) instanceof Null) {
            values.remove(name);
            return null;
        }
        return object(name);
    }

    public List<JsonFields> objects(String name) {
        return items(name, JsonFields.class);
    }

    public List<String> texts(String name) {
        return items(name, String.class);
    }

    /** The same of texts some of which may be null. */
    public List<@Nullable String> textsOrNull(String name) {
        List<@Nullable String> texts = new ArrayList<>();
        for (Object item : as(name, List.class, "a list")) {
            if (!(item instanceof String) && !(item instanceof Null)) {
                throw strange(name).asException();
            }
            texts.add(item instanceof String text ? text : null);
        }
        return texts;
    }

    private Problem strange(String name) {
        return bad("the list " + name + " holds something else than it should");
    }

    private <T> List<T> items(String name, Class<T> type) {
        List<?> items = as(name, List.class, "a list");
        if (!items.stream().allMatch(type::isInstance)) {
            throw strange(name).asException();
        }
        return items.stream().map(type::cast).toList();
    }

    private <T> T as(String name, Class<T> type, String called) {
        Object value = values.remove(name);
        if (!type.isInstance(value)) {
            throw bad(value == null ? "the field " + name + " is missing" : "the field " + name + " is not " + called)
                    .asException();
        }
        return type.cast(value);
    }

    /** Refuses what nobody has asked for. */
    public void end() {
        if (!values.isEmpty()) {
            throw bad("the field " + values.keySet().iterator().next() + " is not known here")
                    .asException();
        }
    }

    /** A problem of this object. */
    public Problem bad(String message) {
        return form.bad(file, message).at(new Place(file, line, column, null));
    }

    private static Place place(String file, TokenStreamLocation where) {
        return new Place(file, Math.max(0, where.getLineNr()), Math.max(0, where.getColumnNr()), null);
    }
}

package dev.lockkeeper.gate;

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
 * One object of a file that somebody signs. It is known to the last field: what is left over when it was read is refused, for nobody would have
 * signed it.
 */
public final class PlanFields {
    private final String file;
    private final int line;
    private final int column;
    private final Map<String, Object> values;

    private PlanFields(String file, TokenStreamLocation start, Map<String, Object> values) {
        this.file = file;
        this.line = start.getLineNr();
        this.column = start.getColumnNr();
        this.values = values;
    }

    private record Null() {}

    /**
     * Reads a text.
     *
     * @throws LockkeeperException {@code plan-file} with the place where it stops being what it should be
     */
    public static PlanFields read(String file, String text) {
        JsonFactory json = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad(file, "the file holds no plan").asException();
            }
            PlanFields fields = object(file, parser);
            if (parser.nextToken() != null) {
                throw bad(file, "something follows the end of the plan")
                        .at(place(file, parser.currentTokenLocation()))
                        .asException();
            }
            return fields;
        } catch (JacksonException e) {
            TokenStreamLocation where = e.getLocation();
            throw bad(file, "the plan cannot be read: " + e.getOriginalMessage())
                    .at(where == null ? Place.of(file) : place(file, where))
                    .because("it was cut off, or altered by hand")
                    .asException(e);
        }
    }

    private static PlanFields object(String file, JsonParser parser) {
        TokenStreamLocation start = parser.currentTokenLocation();
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            values.put(name, value(file, parser));
        }
        return new PlanFields(file, start, values);
    }

    private static Object value(String file, JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(file, parser);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(file, parser));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NULL -> new Null();
            default ->
                throw bad(file, "a plan holds no such value")
                        .at(place(file, parser.currentTokenLocation()))
                        .asException();
        };
    }

    /** The text of a field, which must be there. */
    public String text(String name) {
        return as(name, String.class, "a text");
    }

    @Nullable
    String textOrNull(String name) {
        if (values.get(name) instanceof Null) {
            values.remove(name);
            return null;
        }
        return text(name);
    }

    /** The number of a field, which must be there. */
    public long number(String name) {
        return as(name, Long.class, "a number");
    }

    int count(String name) {
        long number = number(name);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw bad("the field " + name + " is " + number).asException();
        }
        return (int) number;
    }

    PlanFields object(String name) {
        return as(name, PlanFields.class, "an object");
    }

    /** The objects of a list, which must be there. */
    public List<PlanFields> objects(String name) {
        return items(name, PlanFields.class);
    }

    /** The texts of a list, which must be there. */
    public List<String> texts(String name) {
        return items(name, String.class);
    }

    private <T> List<T> items(String name, Class<T> type) {
        List<?> items = as(name, List.class, "a list");
        if (!items.stream().allMatch(type::isInstance)) {
            throw bad("the list " + name + " holds something else than it should")
                    .asException();
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

    Problem bad(String message) {
        return bad(file, message).at(new Place(file, line, column, null));
    }

    static Problem bad(String file, String message) {
        return Problem.of(Code.PLAN_FILE, message)
                .at(Place.of(file))
                .help("take the file as it was written, or make the plan again: lockkeeper plan --out FILE");
    }

    private static Place place(String file, TokenStreamLocation where) {
        return new Place(file, Math.max(0, where.getLineNr()), Math.max(0, where.getColumnNr()), null);
    }
}

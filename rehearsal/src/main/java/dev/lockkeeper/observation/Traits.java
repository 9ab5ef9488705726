package dev.lockkeeper.observation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the system catalogs say of an object: the columns of its rows by their names (manual, chapter 53), such as {@code
 * attnotnull} and {@code convalidated}, as text; and by names of ours {@code table}, which a sequence has that belongs to
 * a column, {@code parent} for the table of which that one is a partition or child, {@code references}, {@code domain}, {@code type}, {@code base} for the type under a column's domain, {@code signature} for
 * the columns of a view, and {@code
 * expression} for a default value after a statement.
 *
 * @param values without those that are null
 */
public record Traits(Map<String, String> values) {
    static final Traits NONE = new Traits(Map.of());

    public Traits {
        values = Map.copyOf(values);
    }

    /** SQL that gives the traits of a row as text. */
    static String sql(String object) {
        return "(select coalesce(jsonb_object_agg(e.key, e.value)::text, '{}') from jsonb_each_text(" + object + ") e)";
    }

    /** These, with what a further row says, which may also be that something is null now. */
    Traits with(@Nullable String row) {
        if (row == null) {
            return this;
        }
        Map<String, String> all = new HashMap<>(values);
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), row)) {
            parser.nextToken();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (parser.nextToken() == JsonToken.VALUE_NULL) {
                    all.remove(name);
                } else {
                    all.put(name, parser.getString());
                }
            }
        }
        return new Traits(all);
    }

    /** Null when it says nothing of that. */
    public @Nullable String get(String name) {
        return values.get(name);
    }

    /** Whether it says true. */
    public boolean is(String name) {
        return "true".equals(values.get(name));
    }

    /** Whether it says this. */
    public boolean is(String name, String value) {
        return value.equals(values.get(name));
    }
}

package dev.lockkeeper.report;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import java.io.StringWriter;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes one JSON object; every command's output starts with the name and version of its form. */
public final class Json {
    private final JsonGenerator out;

    private Json(JsonGenerator out) {
        this.out = out;
    }

    /**
     * The text of an object.
     *
     * @param schema the name of the form, such as {@code lockkeeper/status/v1}
     */
    public static String object(String schema, Consumer<Json> content) {
        return document(json -> {
            json.put("schema", schema);
            content.accept(json);
        });
    }

    /** The text of an object in a form of somebody else. */
    public static String document(Consumer<Json> content) {
        return written(json -> {
            json.out.writeStartObject();
            content.accept(json);
            json.out.writeEndObject();
        });
    }

    /** The text of an array of objects in a form of somebody else. */
    public static <T> String documents(Collection<T> items, BiConsumer<Json, T> content) {
        return written(json -> {
            json.out.writeStartArray();
            json.all(items, content);
            json.out.writeEndArray();
        });
    }

    private static String written(Consumer<Json> content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            content.accept(new Json(generator));
        }
        // within a JSON text they may stand as they are, but many a reader of lines ends a line there
        return text.toString()
                .replace("\u0085", "\\u0085")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    public Json put(String name, @Nullable String value) {
        out.writeStringProperty(name, value);
        return this;
    }

    public Json put(String name, long value) {
        out.writeNumberProperty(name, value);
        return this;
    }

    /** A number; null when it is not known. */
    public Json put(String name, @Nullable Long value) {
        if (value == null) {
            out.writeNullProperty(name);
            return this;
        }
        return put(name, value.longValue());
    }

    public Json put(String name, boolean value) {
        out.writeBooleanProperty(name, value);
        return this;
    }

    /** An object as a property. */
    public Json object(String name, Runnable content) {
        out.writeObjectPropertyStart(name);
        content.run();
        out.writeEndObject();
        return this;
    }

    /** An object as a property, or null where there is none. */
    public <T> Json objectOrNull(String name, @Nullable T item, BiConsumer<Json, T> content) {
        if (item == null) {
            out.writeNullProperty(name);
            return this;
        }
        return object(name, () -> content.accept(this, item));
    }

    /** An array of objects. */
    public <T> Json array(String name, Collection<T> items, BiConsumer<Json, T> content) {
        out.writeArrayPropertyStart(name);
        all(items, content);
        out.writeEndArray();
        return this;
    }

    private <T> void all(Collection<T> items, BiConsumer<Json, T> content) {
        for (T item : items) {
            out.writeStartObject();
            content.accept(this, item);
            out.writeEndObject();
        }
    }

    /** An array of texts. */
    public Json texts(String name, Collection<String> texts) {
        out.writeArrayPropertyStart(name);
        texts.forEach(text -> out.writeString(Style.brief(text)));
        out.writeEndArray();
        return this;
    }

    /** A problem as a property; null when there is none. */
    public Json problem(String name, @Nullable Problem problem) {
        if (problem == null) {
            out.writeNullProperty(name);
            return this;
        }
        return object(name, () -> problem(problem));
    }

    /** The fields of a problem. */
    public void problem(Problem problem) {
        Place place = problem.place();
        ServerError server = problem.server();
        put("code", problem.code().slug()).put("message", Style.brief(problem.message()));
        put("file", place == null ? null : place.file());
        number("line", place == null ? 0 : place.line());
        number("column", place == null ? 0 : place.column());
        put("exitCode", problem.category().exitCode());
        put("sqlState", server == null ? null : server.sqlState());
        put("serverMessage", brief(server == null ? null : server.message()));
        put("detail", brief(server == null ? null : server.detail()));
        put("serverHint", brief(server == null ? null : server.hint()));
        put("context", brief(server == null ? null : server.context()));
        put("constraint", server == null ? null : server.constraint());
        put("why", brief(problem.why()));
        put("hint", brief(problem.help()));
        texts("notes", problem.notes());
    }

    private static @Nullable String brief(@Nullable String text) {
        return text == null ? null : Style.brief(text);
    }

    private void number(String name, int value) {
        if (value == 0) {
            out.writeNullProperty(name);
        } else {
            out.writeNumberProperty(name, value);
        }
    }
}

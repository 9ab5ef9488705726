package dev.lockkeeper.analytics.adapter;

import java.io.StringWriter;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A line for the process of Spark, as it is being written. */
final class SparkRequest {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator out;

    private SparkRequest(JsonGenerator out) {
        this.out = out;
    }

    /** A request. */
    static String line(String what, Consumer<SparkRequest> content) {
        return written(out -> {
            out.writeStartObject();
            out.writeStringProperty("do", what);
            content.accept(new SparkRequest(out));
            out.writeEndObject();
        });
    }

    /** A row that belongs to a request. */
    static String row(@Nullable String[] values) {
        return written(out -> {
            out.writeStartArray();
            for (@Nullable String value : values) {
                out.writeString(value);
            }
            out.writeEndArray();
        });
    }

    private static String written(Consumer<JsonGenerator> content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            content.accept(out);
        }
        return text.toString();
    }

    SparkRequest put(String name, @Nullable String value) {
        out.writeStringProperty(name, value);
        return this;
    }

    SparkRequest texts(String name, Collection<String> texts) {
        out.writeArrayPropertyStart(name);
        texts.forEach(out::writeString);
        out.writeEndArray();
        return this;
    }

    SparkRequest all(String name, Map<String, String> values) {
        out.writeObjectPropertyStart(name);
        values.forEach(out::writeStringProperty);
        out.writeEndObject();
        return this;
    }
}

package dev.lockkeeper.analytics.adapter;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A line that the process of Spark has written.
 *
 * @param row the values of a row; null for the end of an answer
 * @param failed why there is no answer; null when there is one
 */
record SparkAnswer(
        @Nullable List<@Nullable String> row, @Nullable String failed) {
    private static final JsonFactory JSON = new JsonFactory();

    static SparkAnswer of(String line) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                List<@Nullable String> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(parser.currentToken() == JsonToken.VALUE_NULL ? null : parser.getString());
                }
                return new SparkAnswer(values, null);
            }
            String failed = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if ("failed".equals(name)) {
                    failed = parser.getString();
                }
            }
            return new SparkAnswer(null, failed);
        }
    }
}

package dev.lockkeeper.catalog.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A row of an answer, read value by value from the left. Not thread-safe. */
final class Answer {
    private static final JsonFactory JSON = new JsonFactory();

    private final @Nullable String[] row;
    private int next;

    Answer(@Nullable String[] row) {
        this.row = row;
    }

    @Nullable
    String textOrNull() {
        return row[next++];
    }

    String text() {
        return Objects.requireNonNull(textOrNull());
    }

    ObjectName name() {
        return new ObjectName(text(), text());
    }

    boolean yes() {
        return "t".equals(textOrNull());
    }

    int number() {
        return Integer.parseInt(text());
    }

    long longNumber() {
        return Long.parseLong(text());
    }

    List<Grant> grants() {
        return lists().stream()
                .map(grant -> new Grant(grant.get(0), grant.get(1), Boolean.parseBoolean(grant.get(2))))
                .toList();
    }

    List<String> names() {
        return namesOrNulls().stream().map(Objects::requireNonNull).toList();
    }

    List<@Nullable String> namesOrNulls() {
        List<@Nullable String> names = new ArrayList<>();
        @Nullable String json = textOrNull();
        if (json == null) {
            return names;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                names.add(parser.currentToken() == JsonToken.VALUE_NULL ? null : parser.getString());
            }
        }
        return names;
    }

    List<List<String>> lists() {
        List<List<String>> lists = new ArrayList<>();
        @Nullable String json = textOrNull();
        if (json == null) {
            return lists;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                List<String> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(parser.getString());
                }
                lists.add(list);
            }
        }
        return lists;
    }
}

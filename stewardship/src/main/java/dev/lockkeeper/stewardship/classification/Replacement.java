package dev.lockkeeper.stewardship.classification;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in the place of a value when the person is forgotten. It depends on the key of the row alone, so that a row that was
 * changed already is known, and no two rows get the same.
 */
public sealed interface Replacement {
    /** NULL. */
    record Nothing() implements Replacement {}

    /** A text in which {@code {column}} stands for a column of the primary key. */
    record Text(String template) implements Replacement {
        private static final Pattern NAME = Pattern.compile("\\{([^{}]+)}");

        /** The columns that it names. */
        public List<String> columns() {
            List<String> names = new ArrayList<>();
            Matcher matcher = NAME.matcher(template);
            while (matcher.find()) {
                names.add(matcher.group(1));
            }
            return names;
        }
    }

    /** A value of the same form that means nothing: a digest of the key of the row. */
    record Placeholder() implements Replacement {}

    /** The value stays, for a reason. */
    record Kept() implements Replacement {}

    /**
     * The value as SQL, of the type of the column.
     *
     * @param alias of the row
     * @param key the columns of its primary key
     */
    default String sql(Column column, String alias, List<String> key) {
        String type = column.type().spelled();
        if (this instanceof Text text) {
            return "cast(" + filled(text, alias) + " as " + type + ")";
        }
        if (this instanceof Placeholder) {
            return "cast(" + digest(column, seed(alias, key)) + " as " + type + ")";
        }
        return this instanceof Nothing ? "null" : alias + "." + identifier(column.name());
    }

    private static String filled(Text text, String alias) {
        StringBuilder parts = new StringBuilder("pg_catalog.concat(");
        Matcher matcher = Text.NAME.matcher(text.template());
        int end = 0;
        while (matcher.find()) {
            parts.append(literal(text.template().substring(end, matcher.start())))
                    .append(", ")
                    .append(alias)
                    .append('.')
                    .append(identifier(matcher.group(1)))
                    .append(", ");
            end = matcher.end();
        }
        return parts.append(literal(text.template().substring(end))).append(')').toString();
    }

    private static String seed(String alias, List<String> key) {
        StringBuilder row = new StringBuilder("pg_catalog.convert_to(pg_catalog.concat('lockkeeper erased'");
        key.forEach(column -> row.append(", '/', ").append(alias).append('.').append(identifier(column)));
        return row.append("), 'UTF8')").toString();
    }

    private static String digest(Column column, String seed) {
        String sum = "pg_catalog.sha256(" + seed + ")";
        return switch (column.type().name().name()) {
            case "bytea" -> sum;
            case "uuid" -> "pg_catalog.md5(" + seed + ")";
            default -> {
                String text = "pg_catalog.encode(" + sum + ", 'hex')";
                yield column.type().length().isPresent()
                        ? "pg_catalog.left(" + text + ", "
                                + column.type().length().getAsInt() + ")"
                        : text;
            }
        };
    }
}

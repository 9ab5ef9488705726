package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;

import java.util.List;
import java.util.Locale;

/**
 * A privilege that the project cannot do without.
 *
 * @param purpose what needs it, such as {@code apply}
 * @param on what it is of
 * @param schema of a table; else empty
 * @param name of the schema or the table; empty for the database
 * @param privileges such as {@code SELECT}
 */
public record Need(String purpose, On on, String schema, String name, List<String> privileges) {
    public Need {
        privileges = List.copyOf(privileges);
    }

    /** What a privilege is of. */
    public enum On {
        DATABASE,
        SCHEMA,
        TABLE
    }

    public static Need database(String purpose, String... privileges) {
        return new Need(purpose, On.DATABASE, "", "", List.of(privileges));
    }

    public static Need schema(String purpose, String name, String... privileges) {
        return new Need(purpose, On.SCHEMA, "", name, List.of(privileges));
    }

    public static Need table(String purpose, String schema, String name, String... privileges) {
        return new Need(purpose, On.TABLE, schema, name, List.of(privileges));
    }

    /** The statement that gives a privilege. */
    String grant(String privilege, String database, String role) {
        return "grant " + privilege.toLowerCase(Locale.ROOT) + " on " + object(database) + " to " + identifier(role)
                + ";";
    }

    String object(String database) {
        return switch (on) {
            case DATABASE -> "database " + identifier(database);
            case SCHEMA -> "schema " + identifier(name);
            case TABLE -> identifier(schema) + "." + identifier(name);
        };
    }
}

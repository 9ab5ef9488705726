package dev.lockkeeper.database;

/** Writes names and values so that PostgreSQL reads back exactly them (manual 4.1, "Lexical Structure"). */
public final class Quote {
    private Quote() {}

    /** A quoted identifier. */
    public static String identifier(String name) {
        return '"' + clean(name).replace("\"", "\"\"") + '"';
    }

    /** A string constant that means the same under either setting of standard_conforming_strings. */
    public static String literal(String value) {
        String clean = clean(value).replace("'", "''");
        return clean.indexOf('\\') < 0 ? "'" + clean + "'" : "E'" + clean.replace("\\", "\\\\") + "'";
    }

    private static String clean(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("PostgreSQL text cannot hold a NUL character");
        }
        return text;
    }
}

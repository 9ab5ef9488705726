package dev.lockkeeper.sql;

import dev.lockkeeper.problem.Code;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the settings by which a script says how its own text is to be read. psql reads what comes after them in another way, and the server
 * reads a message as a whole before it runs its first statement, so that such a setting comes too late for it. Where they make a difference
 * the script is refused.
 */
final class TextSettings {
    private static final String STRINGS = "standard_conforming_strings";
    private static final String ENCODING = "client_encoding";
    /** What the server takes for on, shortened forms included; the default is what the database says. */
    private static final Set<String> ON = Set.of("on", "true", "tru", "tr", "t", "yes", "ye", "y", "1", "default");
    /** Names of encodings are compared by their letters and digits alone (manual, "Supported Character Sets"). */
    private static final Set<String> SAME = Set.of("utf8", "unicode", "default", "sqlascii");

    private boolean escaping;
    private @Nullable String encoding;

    /** @throws SqlFlaw for a text that is not ASCII, when the script says that it is in another encoding */
    void take(Statement statement) {
        String first = statement.words().isEmpty() ? "" : statement.words().get(0);
        String named = encoding;
        if (named != null) {
            int odd = firstBeyondAscii(statement.sql());
            String data = statement.copyData();
            if (odd >= 0 || (data != null && firstBeyondAscii(data) >= 0)) {
                throw new SqlFlaw(
                        Code.TEXT_SETTING,
                        statement.start() + Math.max(odd, 0),
                        "the script sets client_encoding to " + named + ", and has text that is not ASCII",
                        "remove the setting: every script is read as UTF-8, and the server converts it for its database");
            }
        }
        boolean names = statement.sql().length() < 100_000
                && Set.of("set", "reset", "select").contains(first);
        if (names) {
            read(Reading.of(statement.sql()), first);
        }
    }

    /** @throws SqlFlaw when a backslash in a plain string is an escape, as the script has set it */
    void requireNoBackslash(int offset) {
        if (escaping) {
            throw new SqlFlaw(
                    Code.TEXT_SETTING,
                    offset,
                    "the script sets standard_conforming_strings off, and here is a backslash in a plain string",
                    "write E before the string, as E'...', and remove the setting");
        }
    }

    private void read(Reading sql, String command) {
        switch (command) {
            case "set" -> {
                int at = sql.isPhrase(1, "session") || sql.isPhrase(1, "local") ? 2 : 1;
                boolean names = sql.isPhrase(at, "names");
                // SET NAMES without a value is that of the default
                String value = names ? sql.text(at + 1) : sql.text(at + 2);
                set(names ? ENCODING : sql.name(at), value.isEmpty() ? "default" : value);
            }
            case "reset" -> {
                set(sql.isPhrase(1, "all") ? STRINGS : sql.name(1), "default");
                set(sql.isPhrase(1, "all") ? ENCODING : "", "default");
            }
            default -> {
                for (int i = 1; i < sql.size(); i++) {
                    if (sql.name(i).equals("set_config") && sql.isOpen(i + 1)) {
                        set(Quoted.content(sql.text(i + 2)).toLowerCase(Locale.ROOT), sql.text(i + 4));
                    }
                }
            }
        }
    }

    private void set(String name, String spelled) {
        String value = spelled.replace("'", "").replace("\"", "");
        if (name.equalsIgnoreCase(STRINGS)) {
            escaping = !ON.contains(value.strip().toLowerCase(Locale.ROOT));
        } else if (name.equalsIgnoreCase(ENCODING)) {
            String bare = value.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
            encoding = SAME.contains(bare) ? null : value;
        }
    }

    private static int firstBeyondAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return i;
            }
        }
        return -1;
    }
}

package dev.lockkeeper.sql;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a statement leaves in its session, or needs of it, that no other session can be given: a script that runs statement by
 * statement could not go on after an interruption. What only the body of a function or a string says is not seen.
 */
public final class Unrestorable {
    private static final Set<String> TEMPORARY = Set.of("temp", "temporary");
    /** Functions by what they leave or need; manual, "Sequence Manipulation Functions", "Advisory Lock Functions", appendix F.12. */
    private static final Map<String, String> FUNCTIONS = Map.ofEntries(
            Map.entry("currval", "it asks for the last value that this session took from a sequence"),
            Map.entry("lastval", "it asks for the last value that this session took from a sequence"),
            Map.entry("setseed", "it sets the seed of the random numbers of its session"),
            Map.entry("pg_advisory_lock", "it takes an advisory lock, which ends with the session"),
            Map.entry("pg_advisory_lock_shared", "it takes an advisory lock, which ends with the session"),
            Map.entry("pg_try_advisory_lock", "it takes an advisory lock, which ends with the session"),
            Map.entry("pg_try_advisory_lock_shared", "it takes an advisory lock, which ends with the session"),
            Map.entry("pg_replication_origin_session_setup", "it sets the replication origin of its session"),
            Map.entry("dblink_connect", "it opens a connection of dblink, which ends with the session"),
            Map.entry("dblink_connect_u", "it opens a connection of dblink, which ends with the session"),
            Map.entry("dblink_open", "it opens a cursor of dblink, which ends with the session"));
    /** What may follow INTO TEMP where that is the name of a table; no word is a sign, such as the dot after a schema. */
    private static final Set<String> AFTER_INTO = Set.of(
            "",
            "from",
            "where",
            "group",
            "having",
            "window",
            "union",
            "intersect",
            "except",
            "order",
            "limit",
            "offset",
            "fetch",
            "for");

    private final Reading sql;

    private Unrestorable(Reading sql) {
        this.sql = sql;
    }

    /**
     * What it is in words, such as "it makes a temporary table, which ends with the session"; empty when the text tells of nothing.
     */
    public static Optional<String> in(Statement statement) {
        if (!Needles.OF_SESSIONS.occurIn(statement.sql())) {
            return Optional.empty();
        }
        return Optional.ofNullable(new Unrestorable(Reading.of(statement.sql())).find())
                .or(() -> isRun(statement)
                                && CustomSettings.in(List.of(statement)).unnamed()
                        ? Optional.of("it makes a setting whose name it puts together, so that it cannot be asked for")
                        : Optional.empty());
    }

    /** The body of a routine that is made does nothing yet. */
    private static boolean isRun(Statement statement) {
        return !statement.words().isEmpty() && !statement.words().get(0).equals("create");
    }

    private @Nullable String find() {
        String first = sql.word(0);
        switch (first) {
            case "load" -> {
                return "it loads a library into its session";
            }
            case "declare" -> {
                return isHeld() ? "it declares a cursor WITH HOLD, which ends with the session" : null;
            }
            case "set" -> {
                return setting();
            }
            default -> {
                return first.equals("drop")
                        ? null
                        : first.equals("create") && isTemporary(1) ? temporary() : anywhere(first);
            }
        }
    }

    private @Nullable String anywhere(String first) {
        boolean puts = first.equals("insert") || first.equals("merge");
        for (int i = 0; i < sql.size(); i++) {
            String name = sql.name(i);
            if (name.isEmpty()) {
                continue;
            }
            String function = sql.isOpen(i + 1) ? FUNCTIONS.get(name) : null;
            if (function != null) {
                return function;
            }
            if (name.equals("pg_temp") && sql.text(i + 1).equals(".")) {
                return "it names the schema of temporary objects, which end with the session";
            }
            boolean into =
                    !puts && name.equals("into") && !sql.isPhrase(i - 1, "insert") && !sql.isPhrase(i - 1, "merge");
            if (into && isTemporary(i + 1)) {
                return temporary();
            }
            // EXPLAIN ANALYZE makes the table too
            if (first.equals("explain") && name.equals("create") && isTemporary(i + 1)) {
                return temporary();
            }
        }
        return null;
    }

    /** Whether a word of temporary objects comes here; one that is dropped at the end of its transaction leaves nothing. */
    private boolean isTemporary(int from) {
        int at = sql.isPhrase(from, "or", "replace") ? from + 2 : from;
        at = sql.isPhrase(at, "global") || sql.isPhrase(at, "local") ? at + 1 : at;
        if (!TEMPORARY.contains(sql.word(at))) {
            return false;
        }
        boolean named =
                !AFTER_INTO.contains(sql.word(at + 1)) || sql.text(at + 1).startsWith("\"");
        return named && !isDroppedOnCommit();
    }

    private boolean isDroppedOnCommit() {
        for (int i = 1; i < sql.size(); i++) {
            if (sql.isPhrase(i, "on", "commit", "drop")) {
                return true;
            }
        }
        return false;
    }

    private static String temporary() {
        return "it makes a temporary object, which ends with the session";
    }

    private boolean isHeld() {
        for (int i = 1; i < sql.size() && !sql.isPhrase(i, "for"); i++) {
            if (sql.isPhrase(i, "with", "hold")) {
                return true;
            }
        }
        return false;
    }

    /** A search path that begins with the temporary schema makes every new table a temporary one. */
    private @Nullable String setting() {
        int at = sql.isPhrase(1, "session") ? 2 : 1;
        if (sql.name(at).equals("seed")) {
            return FUNCTIONS.get("setseed");
        }
        String value = sql.text(at + 2);
        boolean temporary = sql.name(at).equals("search_path")
                && (sql.name(at + 2).equals("pg_temp") || value.replace("'", "").equals("pg_temp"));
        return temporary ? "it makes the schema of temporary objects the first of the search path" : null;
    }
}

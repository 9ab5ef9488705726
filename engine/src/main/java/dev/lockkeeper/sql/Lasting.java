package dev.lockkeeper.sql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what a statement does that no rollback takes back, as far as its text tells: a function or a trigger that it sets off may do
 * the same unseen.
 */
public final class Lasting {
    private static final Map<String, String> FUNCTIONS = Map.ofEntries(
            Map.entry("nextval", "moves a sequence"),
            Map.entry("setval", "moves a sequence"),
            Map.entry("lo_export", "writes a file of the server"),
            Map.entry("pg_file_write", "writes a file of the server"),
            Map.entry("pg_file_unlink", "removes a file of the server"),
            Map.entry("pg_file_rename", "renames a file of the server"),
            Map.entry("dblink_exec", "works in another session"),
            Map.entry("dblink", "works in another session"),
            Map.entry("pg_logical_emit_message", "writes a message for replication"),
            Map.entry("pg_terminate_backend", "ends other sessions"),
            Map.entry("pg_cancel_backend", "cancels what other sessions do"),
            Map.entry("pg_reload_conf", "makes the server read its settings again"),
            Map.entry("pg_rotate_logfile", "begins another log file"),
            Map.entry("pg_switch_wal", "begins another WAL file"),
            Map.entry("pg_create_restore_point", "makes a restore point"),
            Map.entry("pg_create_physical_replication_slot", "makes a replication slot"),
            Map.entry("pg_create_logical_replication_slot", "makes a replication slot"),
            Map.entry("pg_drop_replication_slot", "drops a replication slot"),
            Map.entry("pg_stat_reset", "resets statistics of the server"));

    private static final Pattern CALL = Pattern.compile("(?i)(?<![\\w$])("
            + String.join("|", FUNCTIONS.keySet().stream().sorted().toList()) + ")\"?\\s*\\(");

    /** What is made only, and runs later. */
    private static final Set<String> MADE = Set.of("comment", "create", "alter", "drop", "grant", "revoke");

    private Lasting() {}

    /** What it does, in words, each once. */
    public static List<String> of(Statement statement) {
        Set<String> found = new LinkedHashSet<>();
        String first = statement.words().isEmpty() ? "" : statement.words().get(0);
        if (first.equals("copy") && statement.kind() == Statement.Kind.ORDINARY) {
            copy(Reading.of(statement.sql()), found);
        }
        if (!MADE.contains(first)) {
            Matcher call = CALL.matcher(statement.sql());
            while (call.find()) {
                found.add(FUNCTIONS.get(call.group(1).toLowerCase(Locale.ROOT)));
            }
        }
        return List.copyOf(found);
    }

    private static void copy(Reading sql, Set<String> found) {
        for (int at = 1; at < sql.size(); at++) {
            boolean out = sql.word(at).equals("to");
            if ((out || sql.word(at).equals("from")) && sql.word(at + 1).equals("program")) {
                found.add("runs a program on the server");
            } else if (out && sql.text(at + 1).contains("'")) {
                found.add("writes a file of the server");
            }
        }
    }
}

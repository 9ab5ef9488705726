package dev.lockkeeper.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells the commands that the server refuses inside of a transaction by what they are: those that it guards with {@code
 * PreventInTransactionBlock} (PostgreSQL 15 to 18), seen by running each of them in a transaction on each of these servers.
 *
 * <p>Some are refused by what the catalog says of the things that they name, which no text tells: REINDEX and CLUSTER of a partitioned table
 * or index, and CALL or DO with a COMMIT inside. They are taken for ordinary here, and the refusal of the server is the net. The other way
 * round, a subscription is taken to have its replication slot, as it has unless somebody took it away: DROP SUBSCRIPTION and ALTER
 * SUBSCRIPTION ... SET (failover, two_phase) would run in a transaction without it, and run outside all the same.
 */
public final class Outside {
    private static final Set<String> KINDS =
            Set.of("unique", "index", "subscription", "database", "tablespace", "system");
    private static final Needles DETACH = new Needles("detach");

    private final Reading sql;

    private Outside(Reading sql) {
        this.sql = sql;
    }

    /**
     * Why a statement cannot run inside of a transaction, such as "CREATE INDEX CONCURRENTLY runs outside of a transaction"; empty when
     * nothing in its text says so.
     */
    public static Optional<String> reason(Statement statement) {
        if (statement.words().isEmpty()) {
            return Optional.empty();
        }
        String command = command(statement);
        return Optional.ofNullable(command).map(name -> name + " runs outside of a transaction");
    }

    private static @Nullable String command(Statement statement) {
        String first = statement.words().get(0);
        return switch (first) {
            case "vacuum" -> "VACUUM";
            case "create", "drop", "alter" ->
                isWorthReading(statement) ? read(statement).command(first) : null;
            case "reindex", "cluster", "discard" -> read(statement).command(first);
            default -> null;
        };
    }

    private static Outside read(Statement statement) {
        return new Outside(Reading.of(statement.sql()));
    }

    /** Most of a schema is made with these words, and to read it once more would take as long as to split it. */
    private static boolean isWorthReading(Statement statement) {
        List<String> words = statement.words();
        String kind = words.size() > 1 ? words.get(1) : "";
        return kind.equals("table")
                ? words.get(0).equals("alter") && DETACH.occurIn(statement.sql())
                : KINDS.contains(kind);
    }

    private @Nullable String command(String first) {
        return switch (first) {
            case "create" -> create();
            case "drop" -> drop();
            case "alter" -> alter();
            case "reindex" -> reindex();
            case "cluster" -> cluster();
            default -> sql.isPhrase(1, "all") ? "DISCARD ALL" : null;
        };
    }

    private @Nullable String create() {
        int index = sql.isPhrase(1, "unique") ? 2 : 1;
        if (sql.isPhrase(index, "index", "concurrently")) {
            return "CREATE INDEX CONCURRENTLY";
        }
        if (sql.isPhrase(1, "subscription")) {
            boolean slot = option("connect", true) && option("create_slot", true);
            return slot ? "CREATE SUBSCRIPTION with a replication slot" : null;
        }
        return storage("CREATE");
    }

    private @Nullable String drop() {
        if (sql.isPhrase(1, "index", "concurrently")) {
            return "DROP INDEX CONCURRENTLY";
        }
        return sql.isPhrase(1, "subscription") ? "DROP SUBSCRIPTION" : storage("DROP");
    }

    private @Nullable String storage(String verb) {
        String kind = sql.word(1);
        return kind.equals("database") || kind.equals("tablespace") ? verb + " " + kind.toUpperCase(Locale.ROOT) : null;
    }

    private @Nullable String alter() {
        return switch (sql.word(1)) {
            case "system" -> "ALTER SYSTEM";
            case "database" ->
                sql.isPhrase(sql.afterName(2), "set", "tablespace") ? "ALTER DATABASE ... SET TABLESPACE" : null;
            case "table" -> detach();
            case "subscription" -> subscription(sql.afterName(2));
            default -> null;
        };
    }

    /** {@code FINALIZE} in place of CONCURRENTLY runs in a transaction. The star after a table is of old and means nothing. */
    private @Nullable String detach() {
        int at = sql.isPhrase(2, "if", "exists") ? 4 : 2;
        at = sql.isPhrase(at, "only") ? at + 1 : at;
        if (sql.isOpen(at)) {
            at = sql.afterParentheses(at);
        } else {
            at = sql.afterName(at);
            at = sql.text(at).equals("*") ? at + 1 : at;
        }
        return sql.isPhrase(at, "detach", "partition") && sql.isPhrase(sql.afterName(at + 2), "concurrently")
                ? "ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY"
                : null;
    }

    private @Nullable String subscription(int at) {
        return switch (sql.word(at)) {
            case "refresh" -> "ALTER SUBSCRIPTION ... REFRESH PUBLICATION";
            case "add", "drop" -> refreshing(at);
            case "set" ->
                sql.isOpen(at + 1)
                        ? value("failover") != null || !option("two_phase", true)
                                ? "ALTER SUBSCRIPTION ... SET with a change of its replication slot"
                                : null
                        : refreshing(at);
            default -> null;
        };
    }

    private @Nullable String refreshing(int at) {
        return sql.isPhrase(at + 1, "publication") && option("refresh", true)
                ? "ALTER SUBSCRIPTION ... " + sql.word(at).toUpperCase(Locale.ROOT) + " PUBLICATION with a refresh"
                : null;
    }

    /** The form in parentheses takes a value, the last of several counts, and so does the word after the kind of object. */
    private @Nullable String reindex() {
        int at = sql.isOpen(1) ? sql.afterParentheses(1) : 1;
        String kind = sql.word(at);
        if (sql.isPhrase(at + 1, "concurrently") || (at > 1 && option("concurrently", false))) {
            return "REINDEX CONCURRENTLY";
        }
        return kind.equals("database") || kind.equals("schema") || kind.equals("system")
                ? "REINDEX " + kind.toUpperCase(Locale.ROOT)
                : null;
    }

    private @Nullable String cluster() {
        int at = sql.isOpen(1) ? sql.afterParentheses(1) : sql.isPhrase(1, "verbose") ? 2 : 1;
        return at >= sql.size() ? "CLUSTER of all tables" : null;
    }

    /** An option in parentheses; without a value it is on (manual, CREATE SUBSCRIPTION and REINDEX). */
    private boolean option(String name, boolean otherwise) {
        String value = value(name);
        return value == null
                ? otherwise
                : !value.equalsIgnoreCase("false") && !value.equalsIgnoreCase("off") && !value.equals("0");
    }

    /** The last value of an option, without its quotes; empty when it stands alone, null when it is not there. */
    private @Nullable String value(String name) {
        String found = null;
        for (int i = 1; i < sql.size(); i++) {
            if (sql.name(i).equals(name)
                    && (sql.isOpen(i - 1) || sql.text(i - 1).equals(","))) {
                int at = sql.text(i + 1).equals("=") ? i + 2 : i + 1;
                String value = sql.text(at);
                found = value.equals(",") || value.equals(")") ? "" : bare(value);
            }
        }
        return found;
    }

    private static String bare(String value) {
        boolean quoted = value.length() > 1
                && (value.startsWith("'") || value.startsWith("\""))
                && value.endsWith(value.substring(0, 1));
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}

package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.sql.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A column that CREATE TABLE or ADD COLUMN makes, as the text has it.
 *
 * @param at the number of the token with which its type begins
 * @param end the number of the token behind all that is said of it
 */
record WrittenColumn(Clause clause, String table, String name, int at, int end) {
    private static final Set<String> NO_COLUMN =
            Set.of("constraint", "primary", "unique", "check", "foreign", "exclude", "like", "not", "table");

    /** Those of a migration; temporary tables are left out. */
    static List<WrittenColumn> in(Written migration) {
        return migration.clauses().stream()
                .flatMap(clause -> in(clause).stream())
                .toList();
    }

    private static List<WrittenColumn> in(Clause clause) {
        List<WrittenColumn> columns = new ArrayList<>();
        Reading sql = clause.reading();
        if (isTable(clause)) {
            int open = 0;
            while (open < sql.size() && !sql.isOpen(open)) {
                open++;
            }
            boolean listed = open < sql.size() && !sql.word(open - 1).equals("as") && !clause.has("partition", "of");
            int close = sql.afterParentheses(open) - 1;
            for (int at = open + 1; listed && at < close; at = end(sql, at, close) + 1) {
                add(columns, clause, clause.creates().orElse(""), at, end(sql, at, close));
            }
        }
        for (int action : clause.actions()) {
            if (sql.word(action).equals("add")) {
                int at = clause.afterOptions(sql.word(action + 1).equals("column") ? action + 2 : action + 1);
                add(columns, clause, clause.table().orElse(""), at, end(sql, at, sql.size()));
            }
        }
        return columns;
    }

    /** Whether it makes a table that stays. */
    static boolean isTable(Clause clause) {
        return clause.begins("create", "table") || clause.begins("create", "unlogged", "table");
    }

    private static void add(List<WrittenColumn> columns, Clause clause, String table, int at, int end) {
        if (!NO_COLUMN.contains(clause.reading().word(at))
                && !clause.reading().name(at).isEmpty()) {
            columns.add(new WrittenColumn(clause, table, clause.reading().name(at), at + 1, end));
        }
    }

    private static int end(Reading sql, int from, int limit) {
        int at = from;
        while (at < limit && !sql.text(at).equals(",")) {
            at = sql.isOpen(at) ? sql.afterParentheses(at) : at + 1;
        }
        return at;
    }

    boolean isType(String... words) {
        return clause.reading().isPhrase(at, words);
    }

    /** Whether its type is one word and limited by numbers. */
    boolean isLimited(String... words) {
        return isType(words) && clause.reading().isOpen(at + words.length);
    }

    /** Whether these words stand behind its type. */
    boolean has(String... words) {
        for (int next = at; next < end; next++) {
            if (clause.reading().isPhrase(next, words)) {
                return true;
            }
        }
        return false;
    }

    String told() {
        return table + "." + name;
    }
}

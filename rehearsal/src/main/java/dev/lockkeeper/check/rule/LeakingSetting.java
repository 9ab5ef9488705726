package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.sql.Reading;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** TX06. The runner gives each script a session that is as new, so under it nothing leaks; psql and other runners carry it on. Text alone tells. */
public final class LeakingSetting implements Rule {
    private static final Set<String> MEANING = Set.of(
            "search_path",
            "role",
            "session_authorization",
            "timezone",
            "default_tablespace",
            "default_table_access_method",
            "datestyle",
            "intervalstyle",
            "session_replication_role",
            "default_transaction_isolation");
    private static final Map<String, String> SPELLINGS =
            Map.of("time", "timezone", "authorization", "session_authorization");

    @Override
    public RuleText text() {
        return new RuleText(
                "TX06",
                "setting that other runners carry into the next script",
                Severity.NOTE,
                """
                SET holds for the session. Lockkeeper starts each script in a session that is as new, but psql and other runners use one for all: \
                there the scripts behind it mean other tables, or run as another role.""",
                "set local, or write the schema in front of each name",
                List.of(
                        new RuleText.Example(
                                "create schema s;",
                                "set search_path = s; create table t (id bigint primary key);",
                                "set local search_path = s; create table t (id bigint primary key);"),
                        new RuleText.Example(
                                "",
                                "set time zone 'Europe/Paris'; select now();",
                                "set time zone 'Europe/Paris'; select now(); reset timezone;"),
                        new RuleText.Example(
                                "", "select set_config('search_path', '', false);", "set lock_timeout = '2s';")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        judge(
                migration.statements().stream()
                        .filter(done ->
                                Stream.of("set", "reset", "discard", "select").anyMatch(done::begins))
                        .map(Done::clause)
                        .toList(),
                findings);
    }

    @Override
    public void written(Written migration, Findings findings) {
        judge(migration.clauses(), findings);
    }

    private static void judge(List<Clause> clauses, Findings findings) {
        Set<String> reset = new HashSet<>();
        for (int i = clauses.size() - 1; i >= 0; i--) {
            Clause clause = clauses.get(i);
            Reading sql = clause.reading();
            if (clause.begins("reset") || clause.begins("discard")) {
                reset.add(setting(sql, 1));
            }
            String name = set(clause);
            boolean undone = reset.contains("all")
                    || !reset.add(name)
                    || sql.word(sql.size() - 1).equals("default")
                    || sql.word(sql.size() - 1).equals("none");
            if ((MEANING.contains(name) || name.contains(".")) && !undone) {
                findings.add(clause.place(), null, name + " stays set for the scripts that follow in the same session");
            }
        }
    }

    /** What a statement sets for longer than its transaction; empty for nothing. */
    private static String set(Clause clause) {
        Reading sql = clause.reading();
        if (clause.begins("set")) {
            return setting(
                    sql,
                    sql.word(1).equals("session")
                                    && !sql.word(2).equals("authorization")
                                    && !sql.text(2).equals("=")
                            ? 2
                            : 1);
        }
        for (int at = 0; at < sql.size(); at++) {
            if (sql.name(at).equals("set_config")
                    && sql.isOpen(at + 1)
                    && sql.word(sql.afterParentheses(at + 1) - 2).equals("false")) {
                return sql.text(at + 2).replace("'", "").toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    private static String setting(Reading sql, int at) {
        if (Set.of("local", "constraints", "transaction").contains(sql.word(at))) {
            return "";
        }
        String word = sql.isPhrase(at, "session", "authorization") ? "authorization" : sql.name(at);
        String name = sql.text(at + 1).equals(".") ? word + "." + sql.name(at + 2) : word;
        return SPELLINGS.getOrDefault(name, name);
    }
}

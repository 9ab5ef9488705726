package dev.lockkeeper.apply;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a statement does, in keywords of PostgreSQL alone, such as {@code CREATE INDEX}: neither names nor values. */
final class StatementVerb {
    private static final Set<String> OBJECTED = Set.of("create", "alter", "drop", "comment", "refresh", "reindex");
    private static final Set<String> OBJECTS = Set.of(
            "table",
            "index",
            "view",
            "materialized",
            "sequence",
            "schema",
            "type",
            "domain",
            "function",
            "procedure",
            "aggregate",
            "trigger",
            "policy",
            "extension",
            "role",
            "publication",
            "subscription",
            "statistics",
            "operator",
            "collation",
            "rule",
            "cast",
            "event",
            "foreign",
            "server",
            "default",
            "database",
            "concurrently");
    private static final Set<String> VERBS = Set.of(
            "select",
            "insert",
            "update",
            "delete",
            "merge",
            "copy",
            "truncate",
            "with",
            "values",
            "do",
            "call",
            "create",
            "alter",
            "drop",
            "comment",
            "grant",
            "revoke",
            "vacuum",
            "analyze",
            "cluster",
            "reindex",
            "refresh",
            "lock",
            "set",
            "reset",
            "security",
            "import",
            "reassign",
            "notify",
            "listen",
            "unlisten",
            "explain",
            "discard",
            "load",
            "table",
            "checkpoint",
            "prepare",
            "execute",
            "deallocate",
            "declare",
            "fetch",
            "move",
            "close",
            "show");

    private StatementVerb() {}

    /** @param words its first keywords and names, in lower case */
    static String of(List<String> words) {
        if (words.isEmpty() || !VERBS.contains(words.get(0))) {
            return "STATEMENT";
        }
        String verb = words.get(0);
        if (OBJECTED.contains(verb)) {
            // such as: create or replace function, create unique index, create temporary table
            for (String word : words.subList(1, Math.min(words.size(), 5))) {
                if (OBJECTS.contains(word)) {
                    return (verb + " " + (word.equals("materialized") ? "materialized view" : word))
                            .toUpperCase(Locale.ROOT);
                }
            }
        }
        return verb.toUpperCase(Locale.ROOT);
    }
}

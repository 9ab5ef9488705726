package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Rewrite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** LK03. */
public final class Reindex implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK03",
                "index rebuilt without CONCURRENTLY",
                Severity.ERROR,
                """
                REINDEX takes SHARE on the table and ACCESS EXCLUSIVE on the index until the transaction ends. Writes \
                wait for the whole build; so does every query whose plan looks at the index, which the planner does \
                for each query of the table.""",
                "reindex ... concurrently, in a migration of its own",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int); create index t_a on t (a);",
                                "reindex index t_a;",
                                "reindex index concurrently t_a;"),
                        new RuleText.Example(
                                "create table t (id bigint primary key, a int);",
                                "reindex table t;",
                                "reindex (concurrently) table t;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> copied = done.rewrites().map(Rewrite::relation).collect(Collectors.toSet());
            Map<String, Set<String>> rebuilt = new LinkedHashMap<>();
            for (Rewrite index : done.seen().rewrites()) {
                if (index.isIndex() && !index.emptied() && done.existed(index.relation())) {
                    done.effects(Effect.Change.CHANGED, "index")
                            .filter(one -> one.object().equals(index.relation())
                                    && done.concernsOld(one)
                                    && !isMoved(one)
                                    && !copied.contains(one.table()))
                            .forEach(one -> rebuilt.computeIfAbsent(String.valueOf(one.table()), key -> new TreeSet<>())
                                    .add(one.object()));
                }
            }
            rebuilt.forEach((table, indexes) -> findings.add(
                    done.place(),
                    table,
                    "writes of " + table + ", and queries that could use the index, wait while "
                            + String.join(", ", indexes) + (indexes.size() == 1 ? " is" : " are") + " rebuilt"));
        }
    }

    /** Whether it goes to another place, of which LK24 tells. */
    private static boolean isMoved(Effect index) {
        String was = index.was().get("reltablespace");
        return was != null && !index.now().is("reltablespace", was);
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("reindex") && !clause.has("concurrently") && !clause.has("system")) {
                int at = clause.reading().isOpen(1) ? clause.reading().afterParentheses(1) : 1;
                String name = clause.name(at + 1);
                if (!clause.isNew(name)) {
                    findings.add(clause.place(), name, "writes wait while the indexes of " + name + " are rebuilt");
                }
            }
        }
    }
}

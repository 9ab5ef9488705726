package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** LK40. */
public final class ReadTwice implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK40",
                "table read or copied once for each of several statements",
                Severity.WARNING,
                """
                Checks, NOT NULL and changes that copy the table, each in an ALTER TABLE of its own, go through the \
                whole table once each, under ACCESS EXCLUSIVE. As several actions of one ALTER TABLE they share one \
                pass.""",
                "one alter table with several actions",
                List.of(new RuleText.Example(
                        "create table t (a int, b int);",
                        "alter table t alter column a set not null; alter table t alter column b set not null;",
                        "alter table t alter column a set not null, alter column b set not null;")));
    }

    private static final Set<Rewriting.Cause> SHARED = Set.of(
            Rewriting.Cause.DEFAULT,
            Rewriting.Cause.SEQUENCE,
            Rewriting.Cause.GENERATED,
            Rewriting.Cause.EXPRESSION,
            Rewriting.Cause.TYPE,
            Rewriting.Cause.OTHER);

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Map<String, Integer> first = new HashMap<>();
        for (Done done : migration.statements()) {
            Set<String> tables = new TreeSet<>(SetNotNull.tables(migration, done));
            AddCheck.checked(migration, done).forEach(one -> tables.add(String.valueOf(one.table())));
            Rewriting.of(migration, done).stream()
                    .filter(one -> one.causes().keySet().stream().anyMatch(SHARED::contains))
                    .forEach(one -> tables.add(one.table()));
            for (String table : tables) {
                Integer line = first.putIfAbsent(table, done.place().line());
                if (line != null) {
                    findings.add(
                            done.place(),
                            table,
                            "goes through all of " + table + " once more, as line " + line + " does");
                }
            }
        }
    }
}

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
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Scan;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** LK34. */
public final class ConstrainDomain implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK34",
                "domain constrained while tables use it",
                Severity.ERROR,
                """
                A constraint or NOT NULL of a domain is checked in every table that has a column of it: each is locked \
                in SHARE, so that writes wait, and read from one end to the other. VALIDATE CONSTRAINT of a domain \
                does the same, so NOT VALID only puts it off.""",
                "a CHECK on each table, added NOT VALID and validated; leave the domain as it is",
                List.of(
                        new RuleText.Example(
                                "create domain positive as int; create table t (a positive); create table u (a positive);",
                                "alter domain positive add check (value > 0);",
                                "alter domain positive add constraint above check (value > 0) not valid;"),
                        new RuleText.Example(
                                "create domain there as int; create table t (a there);",
                                "alter domain there set not null;",
                                "alter table t add constraint a_there check (a is not null) not valid;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            String tables = done.scans()
                    .map(Scan::relation)
                    .filter(table -> done.holds(table, LockMode.SHARE))
                    .collect(Collectors.joining(", "));
            if (!tables.isEmpty()) {
                done.seen().effects().stream()
                        .flatMap(one -> constrained(one).stream())
                        .distinct()
                        .forEach(domain -> findings.add(
                                done.place(), domain, "writes of " + tables + " wait while every row is checked"));
            }
        }
    }

    private static Optional<String> constrained(Effect effect) {
        if (effect.change() != Effect.Change.CREATED && effect.change() != Effect.Change.CHANGED) {
            return Optional.empty();
        }
        if (effect.type().equals("domain constraint")) {
            // after its own name comes that of the domain, with schema
            String name = String.valueOf(effect.now().get("conname"));
            int end = effect.object().startsWith("\"")
                    ? name.replace("\"", "\"\"").length() + 2
                    : name.length();
            return Optional.of(effect.object().substring(end + " on ".length()));
        }
        return effect.type().equals("type")
                        && effect.was().is("typnotnull", "false")
                        && effect.now().is("typnotnull")
                ? Optional.of(effect.object())
                : Optional.empty();
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> made = new HashSet<>();
        for (Clause clause : migration.clauses()) {
            if (clause.begins("create", "domain")) {
                made.add(clause.name(2));
            } else if (clause.begins("alter", "domain") && !made.contains(clause.name(2))) {
                int action = clause.reading().afterName(2);
                boolean adds = clause.reading().word(action).equals("add") && !clause.has("not", "valid");
                if (adds || clause.reading().isPhrase(action, "set", "not", "null")) {
                    String domain = clause.name(2);
                    findings.add(
                            clause.place(),
                            domain,
                            "writes of every table with a column of " + domain + " wait while its rows are checked");
                }
            }
        }
    }
}

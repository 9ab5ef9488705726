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
import dev.lockkeeper.observation.Part;
import dev.lockkeeper.sql.Reading;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** DT13. What goes with its column is DT02, what CASCADE takes DT04; what is put in its place by the same migration is not lost. */
public final class DropConstraint implements Rule {
    private static final Map<String, String> KINDS = Map.of(
            "c",
            "check",
            "f",
            "foreign key",
            "p",
            "primary key",
            "u",
            "unique constraint",
            "x",
            "exclusion constraint");

    @Override
    public RuleText text() {
        return new RuleText(
                "DT13",
                "constraint dropped",
                Severity.WARNING,
                """
                From the commit on the server takes rows that it refused before, and programs that relied on the constraint meet \
                them. To put it back, every row has to be checked again, and those that break it by then have to be mended first.""",
                "put the new constraint in place first, in the same migration",
                List.of(
                        new RuleText.Example(
                                "create table t (a int, constraint few check (a < 10));",
                                "alter table t drop constraint few;",
                                "alter table t drop constraint few; alter table t add constraint few check (a < 20) not valid;"),
                        new RuleText.Example(
                                "create table t (a int not null);",
                                "alter table t alter column a drop not null;",
                                "alter table t drop column a;"),
                        new RuleText.Example(
                                "create domain d as int constraint few check (value < 10);",
                                "alter domain d drop constraint few;",
                                "drop domain d;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> gone = done.lost().map(Effect::object).collect(Collectors.toSet());
            Set<String> shrunk = done.lost("table column")
                    .map(Effect::table)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet());
            List<Effect> taken = Taken.by(done);
            Set<String> told = new HashSet<>();
            done.lost("table constraint")
                    .filter(one -> one.was().is("conparentid", "0") && one.was().is("coninhcount", "0"))
                    .filter(one -> one.table() != null && !gone.contains(one.table()) && !shrunk.contains(one.table()))
                    .filter(one -> !taken.contains(one) && !isReplaced(migration, one))
                    .forEach(one -> {
                        told.add(String.valueOf(one.table()));
                        findings.add(
                                done.place(),
                                one.object(),
                                "the " + KINDS.getOrDefault(one.was().get("contype"), "constraint") + " " + one.object()
                                        + " holds no longer");
                    });
            done.lost("domain constraint")
                    .filter(one -> !gone.contains(one.was().get("domain")) && !taken.contains(one))
                    .filter(one -> done.lost("type").findAny().isEmpty())
                    .forEach(one -> findings.add(done.place(), one.object(), one.object() + " holds no longer"));
            done.changed("table column")
                    .filter(one -> done.concernsOld(one)
                            && one.was().is("attnotnull")
                            && !one.now().is("attnotnull"))
                    .filter(one -> one.now().is("attinhcount", "0") && !told.contains(one.table()))
                    .filter(one -> !isRequiredAfter(migration, one))
                    .forEach(
                            one -> findings.add(done.place(), one.object(), one.object() + " may be null from now on"));
        }
    }

    private static boolean isRequiredAfter(Rehearsed migration, Effect column) {
        return migration
                .parts(Part.Kind.COLUMN, String.valueOf(column.table()))
                .anyMatch(part -> part.name().equals(column.now().get("attname"))
                        && part.traits().is("attnotnull"));
    }

    private static boolean isReplaced(Rehearsed migration, Effect one) {
        return migration
                .parts(Part.Kind.CONSTRAINT, String.valueOf(one.table()))
                .anyMatch(part -> part.traits()
                                .is("contype", String.valueOf(one.was().get("contype")))
                        && (part.name().equals(one.was().get("conname"))
                                || part.traits()
                                        .is("conkey", String.valueOf(one.was().get("conkey")))));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.actions()) {
                Reading sql = clause.reading();
                if (sql.isPhrase(action, "drop", "constraint")) {
                    String name = sql.name(clause.afterOptions(action + 2));
                    boolean again = migration.clauses().stream()
                            .anyMatch(other -> !other.statement().words().isEmpty() && adds(other, name));
                    if (!again) {
                        clause.oldTable()
                                .ifPresent(table -> findings.add(
                                        clause.place(),
                                        table,
                                        "the constraint " + name + " of " + table + " holds no longer"));
                    }
                } else if (sql.word(action).equals("alter") && clause.actionHas(action, "drop", "not", "null")) {
                    clause.oldTable()
                            .ifPresent(table -> findings.add(
                                    clause.place(), table, "a column of " + table + " may be null from now on"));
                }
            }
        }
    }

    private static boolean adds(Clause clause, String constraint) {
        return clause.actions().stream()
                .anyMatch(action -> clause.reading().isPhrase(action, "add", "constraint")
                        && clause.reading().name(action + 2).equals(constraint));
    }
}

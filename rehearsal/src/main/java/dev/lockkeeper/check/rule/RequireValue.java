package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import dev.lockkeeper.observation.Traits;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * CP03. Only where the server had to look whether old rows have a value: who has a valid CHECK of the same has made the writers ready
 * before. A new column is DT10, the columns of a new primary key DT09.
 */
public final class RequireValue implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP03",
                "old writers leave out what is required now",
                Severity.WARNING,
                """
                The column must have a value from the commit on and has no default. Programs of the version before that leave it out, or \
                write null, can insert no row any more; and rows with null that are there already make the statement itself fail.""",
                "set a default, or let the programs write the column before it is required",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "alter table t alter column a set not null;",
                                "alter table t alter column a set default 0; alter table t alter column a set not null;"),
                        new RuleText.Example(
                                "create table t (id bigint, a int not null default 0);",
                                "alter table t alter column a drop default;",
                                "alter table t alter column a set default 1;"),
                        new RuleText.Example(
                                "create table t (id bigint, a int, constraint known check (a is not null));",
                                "alter table t drop constraint known; alter table t alter column a set not null;",
                                "alter table t alter column a set not null;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            required(migration, done)
                    .forEach(column -> findings.add(
                            done.place(),
                            column.object(),
                            "who inserts into " + column.table() + " must give " + column.object()
                                    + " a value from now on"));
        }
    }

    /** Old columns that must have a value, but need not before. */
    static List<Effect> required(Rehearsed migration, Done done) {
        Set<String> keys = done.effects(Effect.Change.CREATED, "table constraint")
                .filter(one -> one.now().is("contype", "p"))
                .map(one -> String.valueOf(one.table()))
                .collect(Collectors.toSet());
        return done.changed("table column")
                .filter(column -> done.concernsOld(column)
                        && column.now().is("attnotnull")
                        && column.now().is("attinhcount", "0")
                        && !keys.contains(String.valueOf(column.table()))
                        && !hasValue(column.now()))
                .filter(column -> hasValue(column.was())
                        || (!column.was().is("attnotnull")
                                && done.scans().findAny().isPresent()))
                .filter(column -> migration
                        .parts(Part.Kind.COLUMN, String.valueOf(column.table()))
                        .noneMatch(part -> part.traits()
                                        .is(
                                                "attnum",
                                                String.valueOf(column.now().get("attnum")))
                                && (hasValue(part.traits()) || !part.traits().is("attnotnull"))))
                .toList();
    }

    private static boolean hasValue(Traits column) {
        return column.is("atthasdef") || !column.is("attidentity", "");
    }
}

package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import java.util.List;

/** DT11. A change of type that loses nothing is CP02. */
public final class NarrowType implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT11",
                "type with less room",
                Severity.ERROR,
                """
                Not every value of the old type fits into the new one. The first row that does not fit makes the statement fail; where the \
                server rounds or cuts instead, as with numeric and timestamps, digits or times are lost without a word.""",
                "add a column of the new type, fill it and see what does not fit, then change over",
                List.of(
                        new RuleText.Example(
                                "create table t (a bigint);",
                                "alter table t alter column a type int;",
                                "alter table t alter column a type numeric;"),
                        new RuleText.Example(
                                "create table t (a text);",
                                "alter table t alter column a type varchar(10);",
                                "alter table t alter column a type varchar;"),
                        new RuleText.Example(
                                "create table t (a numeric(10, 4));",
                                "alter table t alter column a type numeric(10, 2);",
                                "alter table t alter column a type numeric(12, 4);"),
                        new RuleText.Example(
                                "create table t (a timestamptz);",
                                "alter table t alter column a type date using a::date;",
                                "alter table t alter column a type timestamptz;")));
    }

    /** Old columns that have another type now, each with what it is now. */
    static List<Effect> retyped(Done done) {
        return done.changed("table column")
                .filter(column -> done.concernsOld(column)
                        && column.was().get("type") != null
                        && column.now().is("attinhcount", "0")
                        && !column.now().is("type", String.valueOf(column.was().get("type"))))
                .toList();
    }

    static boolean isNarrower(Effect column) {
        return !was(column).fitsInto(now(column));
    }

    static ColumnType was(Effect column) {
        String base = column.was().get("base");
        return ColumnType.of(base == null ? String.valueOf(column.was().get("type")) : base);
    }

    static ColumnType now(Effect column) {
        return ColumnType.of(String.valueOf(column.now().get("type")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            retyped(done).stream()
                    .filter(NarrowType::isNarrower)
                    .forEach(column -> findings.add(
                            done.place(),
                            column.object(),
                            "values of " + column.object() + " may not fit: it was "
                                    + column.was().get("type") + " and is "
                                    + column.now().get("type") + " now"));
        }
    }
}

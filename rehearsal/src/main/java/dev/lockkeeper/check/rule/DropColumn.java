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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** DT02. A column that CASCADE takes with its type is DT04. */
public final class DropColumn implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT02",
                "column dropped",
                Severity.ERROR,
                """
                The values of the column are lost for good: a down script can add the column again, but not what was in it. \
                Programs that still name the column, or that keep prepared statements which select all columns, fail at once.""",
                "stop using the column, deploy, and drop it in a later migration",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "alter table t drop column a;",
                                "alter table t alter column a drop not null;"),
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "do $$ begin alter table t drop id; end $$;",
                                "alter table t add b int; alter table t drop b;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> tables = done.lost().map(Effect::object).collect(Collectors.toSet());
            List<Effect> taken = Taken.by(done);
            Stream.concat(done.lost("table column"), madeAnew(done))
                    .distinct()
                    .filter(one -> done.concernsOld(one) && !tables.contains(String.valueOf(one.table())))
                    // partitions and children lose what their parent has lost
                    .filter(one -> one.was().is("attinhcount", "0") && !taken.contains(one))
                    .forEach(one ->
                            findings.add(done.place(), one.object(), "the values of " + one.object() + " are lost"));
        }
    }

    /** Old ones whose name another column has after the same statement. */
    private static Stream<Effect> madeAnew(Done done) {
        Set<String> created = done.effects(Effect.Change.CREATED, "table column")
                .map(Effect::object)
                .collect(Collectors.toSet());
        return Stream.concat(
                        done.effects(Effect.Change.DROPPED, "table column")
                                .filter(one -> created.contains(one.object())),
                        done.effects(Effect.Change.CHANGED, "table column")
                                .filter(one -> !one.now()
                                        .is("attnum", String.valueOf(one.was().get("attnum")))))
                .filter(Effect::old);
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> added = new HashSet<>();
        for (Clause clause : migration.clauses()) {
            for (int action : clause.actions()) {
                int at = clause.reading().word(action + 1).equals("column") ? action + 2 : action + 1;
                String column = clause.reading().name(clause.afterOptions(at));
                String object = clause.table().orElse("") + "." + column;
                if (clause.reading().isPhrase(action, "add")) {
                    added.add(object);
                }
                if (clause.reading().isPhrase(action, "drop")
                        && !clause.reading().isPhrase(action, "drop", "constraint")
                        && clause.oldTable().isPresent()
                        && !added.contains(object)) {
                    findings.add(clause.place(), object, "the values of " + object + " are lost");
                }
            }
        }
    }
}

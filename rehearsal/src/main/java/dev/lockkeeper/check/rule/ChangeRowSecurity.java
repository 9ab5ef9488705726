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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** CP07. That it locks the table is LK33. */
public final class ChangeRowSecurity implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP07",
                "which rows a role sees changes",
                Severity.WARNING,
                """
                Row security decides without an error: who is shut out sees an empty table and writes nothing, who is let in sees rows of \
                others. Switched on without a policy it hides every row from all but the owner; switched off, it shows all rows to \
                everybody with SELECT.""",
                "let somebody review it, and try it as each of the roles",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "alter table t enable row level security;",
                                "create table n (id bigint); alter table n enable row level security; create policy p on n using (true);"),
                        new RuleText.Example(
                                "create table t (id bigint); create policy p on t using (id > 0);",
                                "alter policy p on t using (true);",
                                "comment on policy p on t is 'positive ones';"),
                        new RuleText.Example(
                                "create table t (id bigint); create policy p on t using (id > 0);",
                                "drop policy p on t;",
                                "drop table t;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> gone = done.lost().map(Effect::object).collect(Collectors.toSet());
            List<Effect> taken = Taken.by(done);
            done.seen().effects().stream()
                    .filter(one -> one.type().equals("policy") && done.concernsOld(one) && !gone.contains(one.table()))
                    .filter(one -> !taken.contains(one) && isOther(one))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "which rows of " + one.table() + " are seen changes: policy " + one.object() + " is "
                                    + one.change().key()));
            done.changed("table")
                    .filter(one -> differs(one, "relrowsecurity") || differs(one, "relforcerowsecurity"))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "row security of " + one.object() + " is "
                                    + (one.now().is("relrowsecurity") ? "on" : "off")
                                    + (one.now().is("relforcerowsecurity") ? ", for its owner too" : "")));
        }
    }

    /** A comment on a policy changes nothing. */
    private static boolean isOther(Effect one) {
        return one.change() != Effect.Change.CHANGED
                || List.of("polqual", "polwithcheck", "polroles", "polcmd", "polpermissive").stream()
                        .anyMatch(name -> differs(one, name));
    }

    private static boolean differs(Effect one, String name) {
        return !String.valueOf(one.was().get(name))
                .equals(String.valueOf(one.now().get(name)));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            boolean policy = clause.begins("create", "policy") || clause.begins("drop", "policy");
            boolean table =
                    clause.actions().stream().anyMatch(action -> clause.actionHas(action, "row", "level", "security"));
            if (policy || table) {
                clause.oldTable()
                        .ifPresent(name ->
                                findings.add(clause.place(), name, "which rows of " + name + " are seen changes"));
            }
        }
    }
}

package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** CP04. A default that was not there before changes nobody's meaning; one that is missed is CP03. */
public final class ChangeDefault implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP04",
                "default value changes under its writers",
                Severity.WARNING,
                """
                Programs that leave the column out mean the old default, and get another value from the commit on. While two versions \
                run side by side, rows with both come in, and nobody can tell later which of them was meant.""",
                "let the programs write the value themselves first, then change the default",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int default 1);",
                                "alter table t alter column a set default 2;",
                                "alter table t alter column a set default 1;"),
                        new RuleText.Example(
                                "create table t (id bigint, a int default 1);",
                                "alter table t alter column a drop default;",
                                "alter table t add column b int; alter table t alter column b set default 2;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> told = Stream.of(
                            RequireValue.required(migration, done).stream(),
                            NarrowType.retyped(done).stream(),
                            done.lost("table column"))
                    .flatMap(columns -> columns.map(column -> column.traits().get("attrelid") + " "
                            + column.traits().get("attnum")))
                    .collect(Collectors.toSet());
            Set<String> gone = done.lost().map(Effect::object).collect(Collectors.toSet());
            List<Effect> taken = Taken.by(done);
            Stream<Effect> changed = done.changed("default value")
                    .filter(one ->
                            !bare(one.was().get("adbin")).equals(bare(one.now().get("adbin"))));
            Stream<Effect> set = Stream.concat(changed, done.effects(Effect.Change.CREATED, "default value"));
            Stream.concat(set, done.lost("default value").filter(one -> !taken.contains(one)))
                    .filter(one -> done.concernsOld(one) && !gone.contains(one.table()))
                    .filter(one -> isPlain(migration, one)
                            && done.existed(column(one))
                            && !told.contains(one.traits().get("adrelid") + " "
                                    + one.traits().get("adnum")))
                    .forEach(one -> findings.add(
                            done.place(),
                            column(one),
                            "who leaves out " + column(one) + " gets "
                                    + (one.change() == Effect.Change.DROPPED
                                            ? "null"
                                            : one.now().values().getOrDefault("expression", "something else"))
                                    + " from now on"));
        }
    }

    /** The server calls it so: for TABLE.COLUMN. */
    private static String column(Effect value) {
        return value.object().replaceFirst("^for ", "");
    }

    /** An expression without where it stood in the script. */
    private static String bare(@Nullable String tree) {
        return String.valueOf(tree).replaceAll(":(location|stmt_len|stmt_location|constraint_location) -?\\d+", "");
    }

    /** Not that of a generated column, not one for which an identity steps in, not what a partition has from its parent. */
    private static boolean isPlain(Rehearsed migration, Effect value) {
        return migration
                .parts(Part.Kind.COLUMN, String.valueOf(value.table()))
                .filter(part ->
                        part.traits().is("attnum", String.valueOf(value.traits().get("adnum"))))
                .allMatch(part -> part.traits().is("attgenerated", "")
                        && part.traits().is("attidentity", "")
                        && part.traits().is("attinhcount", "0"));
    }
}

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
import dev.lockkeeper.observation.Traits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** CP05. What CASCADE takes is DT04, what goes with its schema DT03; trigger functions are called by nobody. */
public final class ReplaceInterface implements Rule {
    private static final Set<String> ROUTINES = Set.of("function", "procedure", "aggregate");
    private static final Set<String> VIEWS = Set.of("view", "materialized view");
    /** The types trigger and event_trigger (pg_type.dat). */
    private static final Set<String> TRIGGERS = Set.of("2279", "3838");

    private static final List<String> RESULT =
            List.of("prorettype", "proretset", "proallargtypes", "proargmodes", "proargnames");

    @Override
    public RuleText text() {
        return new RuleText(
                "CP05",
                "view or function dropped or replaced by another one",
                Severity.ERROR,
                """
                Who reads the view or calls the function expects its columns, arguments and result. Where they are gone or others, \
                programs of the version before fail from the commit on; the server checks this for CREATE OR REPLACE, but not for DROP and CREATE.""",
                "make the new one under a new name, and drop the old one when nobody uses it",
                List.of(
                        new RuleText.Example(
                                "create table t (a int, b int); create view v as select a, b from t;",
                                "drop view v; create view v as select a from t;",
                                "drop view v; create view v as select a, b, 1 as c from t;"),
                        new RuleText.Example(
                                "create function f(a int) returns int language sql as 'select 1';",
                                "drop function f; create function f(a int) returns text language sql as $$ select 'x' $$;",
                                "drop function f; create function f(a int, b int default 0) returns int language sql as 'select 1';"),
                        new RuleText.Example(
                                "create view v as select 1 as a;",
                                "drop view v;",
                                "create or replace view v as select 1 as a, 2 as b;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            if (done.lost("schema").findAny().isPresent()) {
                continue;
            }
            List<Effect> taken = Taken.by(done);
            Stream.concat(done.lost(), done.seen().effects().stream().filter(ReplaceInterface::isRemade))
                    .filter(one ->
                            (VIEWS.contains(one.type()) || ROUTINES.contains(one.type())) && !taken.contains(one))
                    .filter(one -> !TRIGGERS.contains(String.valueOf(one.was().get("prorettype"))))
                    .forEach(one -> judge(migration, done, one, findings));
        }
    }

    /** Within one statement. */
    private static boolean isRemade(Effect one) {
        return one.change() == Effect.Change.CHANGED
                && one.old()
                && !one.was().is("oid", String.valueOf(one.now().get("oid")));
    }

    private static void judge(Rehearsed migration, Done done, Effect old, Findings findings) {
        // that is told by CP02 or DT11
        boolean isRetyped = migration.statements().stream()
                .anyMatch(one -> !NarrowType.retyped(one).isEmpty());
        List<Effect> later = migration.statements().stream()
                .flatMap(one -> one.seen().effects().stream())
                .filter(one -> one.change() != Effect.Change.DROPPED && isLike(old, one))
                .toList();
        if (later.isEmpty()) {
            findings.add(done.place(), old.object(), old.object() + " is dropped; who uses it fails");
        } else if (later.stream().noneMatch(one -> serves(old.was(), one.now(), isRetyped))) {
            findings.add(
                    done.place(),
                    old.object(),
                    old.object() + " is another one from now on: who uses it as it was fails");
        }
    }

    private static boolean isLike(Effect old, Effect other) {
        return ROUTINES.contains(old.type())
                ? old.was().is("proname", String.valueOf(other.now().get("proname")))
                        && old.was()
                                .is("pronamespace", String.valueOf(other.now().get("pronamespace")))
                : other.object().equals(old.object()) && other.now().get("relkind") != null;
    }

    private static boolean serves(Traits old, Traits now, boolean otherTypes) {
        if (old.get("proname") == null) {
            List<String> columns = columns(old.get("signature"), otherTypes);
            List<String> others = columns(now.get("signature"), otherTypes);
            // a table in the place of a view is not looked into
            return now.get("signature") == null
                    || (others.size() >= columns.size()
                            && others.subList(0, columns.size()).equals(columns));
        }
        List<String> arguments = numbers(old.get("proargtypes"));
        List<String> others = numbers(now.get("proargtypes"));
        if (!old.is("prorettype", String.valueOf(now.get("prorettype"))) || others.size() < arguments.size()) {
            return false;
        }
        boolean same = arguments.equals(others)
                && RESULT.stream()
                        .allMatch(name -> String.valueOf(old.get(name)).equals(String.valueOf(now.get(name))));
        int more = others.size() - arguments.size();
        return same
                || (more > 0
                        && others.subList(0, arguments.size()).equals(arguments)
                        && more <= Integer.parseInt(String.valueOf(now.get("pronargdefaults"))));
    }

    private static List<String> columns(@Nullable String signature, boolean namesOnly) {
        return Stream.of(String.valueOf(signature).split(", "))
                .map(column -> namesOnly ? column.replaceFirst("(?s)^(\"(?:[^\"]|\"\")*\"|\\S*) .*", "$1") : column)
                .toList();
    }

    private static List<String> numbers(@Nullable String text) {
        return Stream.of(String.valueOf(text).split("[^0-9]+"))
                .filter(one -> !one.isEmpty())
                .toList();
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> made = new HashSet<>();
        migration.clauses().forEach(clause -> clause.creates().ifPresent(made::add));
        for (Clause clause : migration.clauses()) {
            int at = clause.begins("drop", "materialized", "view") ? 3 : 2;
            if (at == 3 || clause.begins("drop", "view")) {
                clause.names(clause.afterOptions(at)).stream()
                        .filter(view -> !made.contains(view) && !clause.isNew(view))
                        .forEach(view -> findings.add(clause.place(), view, view + " is dropped; who uses it fails"));
            }
        }
    }
}

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

/**
 * CP09. The body of a function is text to the server, and no dependency tells what it uses; so it is searched for the names that are
 * not there any more. A function that the migration has written anew afterwards has been looked at.
 */
public final class StaleBody implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP09",
                "function may still use what is gone",
                Severity.WARNING,
                """
                PostgreSQL does not record what a function with a quoted body uses, so it lets a table or column go, or change its name, \
                that the function names. The function fails when it is called next, perhaps by a trigger of a busy table.""",
                "replace the function in the same migration; with BEGIN ATOMIC the server itself watches over it",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint);"
                                        + " create function f() returns bigint language plpgsql as 'begin return (select count(*) from t); end';",
                                "alter table t rename to tt;",
                                "alter table t rename to tt; create or replace function f() returns bigint language plpgsql"
                                        + " as 'begin return (select count(*) from tt); end';"),
                        new RuleText.Example(
                                "create table t (id bigint, a int);"
                                        + " create function f() returns int language sql as 'select max(a) from t';",
                                "alter table t drop column a;",
                                "alter table t add column b int;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        migration
                .parts(Part.Kind.ROUTINE)
                .filter(part -> !migration.gives(part.table()))
                .forEach(part -> {
                    List<Done> all = migration.statements();
                    int at = 0;
                    while (at < all.size() && !takes(all.get(at), part.table())) {
                        at++;
                    }
                    boolean rewritten = all.stream()
                            .skip(at)
                            .flatMap(done -> done.seen().effects().stream())
                            .anyMatch(one -> one.object().equals(part.name()));
                    if (at < all.size() && !rewritten) {
                        findings.add(
                                all.get(at).place(),
                                part.name(),
                                part.name() + " names " + part.table() + ", which is not there any more");
                    }
                });
    }

    private static boolean takes(Done done, String name) {
        return done.seen().effects().stream()
                .anyMatch(one -> name.equals(one.before())
                        || (one.change() == Effect.Change.DROPPED && name.equals(one.object())));
    }
}

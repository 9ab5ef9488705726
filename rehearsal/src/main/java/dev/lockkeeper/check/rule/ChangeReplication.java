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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** CP08. A publication that the migration makes is its own affair, but for tables without a replica identity. */
public final class ChangeReplication implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP08",
                "what is replicated changes",
                Severity.WARNING,
                """
                Subscribers get more, fewer or other columns of the changes from the commit on, and learn it only when their rows differ or their \
                apply worker stops. A published table without a primary key or another replica identity refuses every UPDATE and DELETE.""",
                "tell the subscribers first, and give each published table a replica identity",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint primary key); create publication pub;",
                                "alter publication pub add table t;",
                                "create table n (id bigint primary key); create publication p2 for table n;"),
                        new RuleText.Example(
                                "create table t (id bigint primary key);",
                                "alter table t replica identity full;",
                                "alter table t replica identity default;"),
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "create publication pub for table t;",
                                "alter table t add primary key (id); create publication pub for table t;"),
                        new RuleText.Example(
                                "create publication pub;",
                                "drop publication pub;",
                                "comment on publication pub is 'none';")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Set<String> made = migration.statements().stream()
                .flatMap(done -> done.effects(Effect.Change.CREATED, "publication"))
                .map(Effect::object)
                .collect(Collectors.toSet());
        for (Done done : migration.statements()) {
            done.changed("table")
                    .filter(one -> !one.was()
                            .is("relreplident", String.valueOf(one.now().get("relreplident"))))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "subscribers get other columns of changed rows of " + one.object()));
            Set<String> gone = done.lost().map(Effect::object).collect(Collectors.toSet());
            done.seen().effects().stream()
                    .filter(one -> one.type().equals("publication") && one.old() && isOther(one))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "the publication " + one.object() + " is "
                                    + one.change().key()));
            done.seen().effects().stream()
                    .filter(one -> one.type().equals("publication relation")
                            || one.type().equals("publication namespace"))
                    .forEach(one -> {
                        String publication = one.object().substring(one.object().lastIndexOf(" in publication ") + 16);
                        if (made.contains(publication)) {
                            withoutIdentity(migration, done, one, findings);
                        } else if (!gone.contains(publication) && !gone.contains(String.valueOf(one.table()))) {
                            findings.add(
                                    done.place(),
                                    one.object(),
                                    one.object() + " is " + one.change().key());
                        }
                    });
        }
    }

    private static boolean isOther(Effect publication) {
        return publication.change() != Effect.Change.CHANGED
                || publication.now().values().entrySet().stream()
                        .anyMatch(e -> e.getKey().startsWith("pub")
                                && !publication.was().is(e.getKey(), e.getValue()));
    }

    private static void withoutIdentity(Rehearsed migration, Done done, Effect one, Findings findings) {
        String table = String.valueOf(one.table());
        boolean known = migration
                .parts(Part.Kind.TABLE, table)
                .anyMatch(part ->
                        part.traits().is("relreplident", "d") || part.traits().is("relreplident", "n"));
        boolean key = migration
                .parts(Part.Kind.INDEX, table)
                .anyMatch(index ->
                        index.traits().is("indisprimary") || index.traits().is("indisreplident"));
        if (known && !key && migration.existed(table)) {
            findings.add(
                    done.place(),
                    table,
                    "UPDATE and DELETE of " + table + " are refused: it is published without a replica identity");
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> made = new HashSet<>();
        for (Clause clause : migration.clauses()) {
            if (clause.begins("create", "publication")) {
                made.add(clause.name(2));
            } else if ((clause.begins("alter", "publication") || clause.begins("drop", "publication"))
                    && !made.contains(clause.name(clause.afterOptions(2)))) {
                findings.add(clause.place(), clause.name(clause.afterOptions(2)), "what is replicated changes");
            } else if (clause.actions().stream()
                    .anyMatch(action -> clause.reading().isPhrase(action, "replica", "identity"))) {
                clause.oldTable()
                        .ifPresent(table -> findings.add(
                                clause.place(), table, "subscribers get other columns of changed rows of " + table));
            }
        }
    }
}

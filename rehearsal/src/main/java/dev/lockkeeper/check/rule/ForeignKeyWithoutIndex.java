package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** CP10. It looks at what the migration makes, also in its own tables; an index that the same migration makes later counts. */
public final class ForeignKeyWithoutIndex implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP10",
                "foreign key without an index",
                Severity.WARNING,
                """
                When a row of the referenced table is deleted or its key is changed, the server searches the referring table for rows that \
                point to it. Without an index that begins with the key's columns it reads the whole table, each time, and holds the row's lock meanwhile.""",
                "create index concurrently on the columns of the foreign key",
                List.of(
                        new RuleText.Example(
                                "create table r (id bigint primary key);",
                                "create table c (id bigint primary key, r_id bigint references r);",
                                "create table c (id bigint primary key, r_id bigint references r); create index on c (r_id);"),
                        new RuleText.Example(
                                "create table r (a int, b int, primary key (a, b)); create table c (a int, b int);",
                                "create index c_a on c (a); alter table c add foreign key (a, b) references r not valid;",
                                "create index c_b_a on c (b, a); alter table c add foreign key (a, b) references r not valid;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "table constraint")
                    .filter(one -> one.now().is("contype", "f") && one.now().is("conparentid", "0"))
                    .flatMap(one -> migration
                            .parts(Part.Kind.CONSTRAINT, String.valueOf(one.table()))
                            .filter(part -> part.name().equals(one.now().get("conname"))))
                    .filter(key -> migration.parts(Part.Kind.INDEX, key.table()).noneMatch(index -> serves(index, key)))
                    .forEach(key -> findings.add(
                            done.place(),
                            key.name() + " on " + key.table(),
                            "each DELETE of a row of " + key.traits().get("references") + " reads the whole of "
                                    + key.table() + ": no index begins with "
                                    + key.traits().get("columns")));
        }
    }

    private static boolean serves(Part index, Part key) {
        List<String> columns =
                Arrays.asList(String.valueOf(key.traits().get("columns")).split(","));
        List<String> first =
                Arrays.asList(String.valueOf(index.traits().get("columns")).split(","));
        String definition = String.valueOf(index.traits().get("definition"));
        boolean partial = index.traits().get("indpred") != null
                // what the search asks for is never null
                && !(columns.size() == 1
                        && definition.matches("(?s).* WHERE \\([^()]* IS NOT NULL\\)")
                        && definition.contains(columns.get(0)));
        return !partial
                && (definition.contains(" USING btree ") || definition.contains(" USING hash "))
                && first.size() >= columns.size()
                && Set.copyOf(first.subList(0, columns.size())).equals(Set.copyOf(columns));
    }
}

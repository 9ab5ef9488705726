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
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Rewrite;
import java.util.List;
import java.util.stream.Stream;

/** DT06. What is named is DT05. */
public final class TruncateCascade implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT06",
                "TRUNCATE CASCADE empties other tables",
                Severity.ERROR,
                """
                CASCADE empties every table that has a foreign key to a named one, and so on from there, whatever the keys' ON DELETE \
                says and also where no row refers to anything. Each of them is locked in ACCESS EXCLUSIVE.""",
                "name each table that shall be emptied, without CASCADE",
                List.of(new RuleText.Example(
                        "create table r (id bigint primary key); create table c (r bigint references r);",
                        "truncate r cascade;",
                        "truncate r, c;")));
    }

    /** Old tables without their rows; of partitions, the partitioned table if it is locked too. */
    static Stream<String> emptied(Done done) {
        List<String> partitions = done.seen().effects().stream()
                .filter(one -> one.now().is("relispartition"))
                .map(Effect::object)
                .toList();
        List<String> parents = done.begins("truncate")
                ? done.locks(LockMode.ACCESS_EXCLUSIVE)
                        .filter(lock -> lock.kind() == 'p')
                        .map(Lock::relation)
                        .toList()
                : List.of();
        Stream<String> tables =
                done.emptied().map(Rewrite::relation).filter(table -> parents.isEmpty() || !partitions.contains(table));
        return Stream.concat(tables, parents.stream()).distinct();
    }

    /** Those that CASCADE has emptied. */
    static List<String> others(Done done) {
        if (!done.begins("truncate") || !done.says("cascade")) {
            return List.of();
        }
        List<String> named = named(done.clause());
        return emptied(done)
                .filter(table -> named.stream().noneMatch(name -> Meant.fits(name, table)))
                .toList();
    }

    /** The tables that TRUNCATE names; none for another statement. */
    static List<String> named(Clause clause) {
        int at = clause.begins("truncate", "table") ? 2 : 1;
        return clause.begins("truncate")
                ? clause.names(clause.reading().word(at).equals("only") ? at + 1 : at)
                : List.of();
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            others(done)
                    .forEach(table -> findings.add(
                            done.place(),
                            table,
                            "CASCADE also empties " + table + ", which the statement does not name"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.has("cascade") && named(clause).stream().anyMatch(table -> !clause.isNew(table))) {
                findings.add(clause.place(), null, "CASCADE also empties every table that refers to it");
            }
        }
    }
}

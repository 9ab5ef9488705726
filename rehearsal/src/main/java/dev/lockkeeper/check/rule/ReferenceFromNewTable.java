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
import dev.lockkeeper.observation.LockMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** LK11. */
public final class ReferenceFromNewTable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK11",
                "new table that refers to an old one",
                Severity.WARNING,
                """
                A foreign key of a new table takes SHARE ROW EXCLUSIVE on the table that it refers to until the \
                transaction ends. Nobody uses the new table yet, but every INSERT, UPDATE and DELETE on the other one \
                waits for all that follows in the transaction.""",
                "make it the last statement of a short transaction, one table referred to in each",
                List.of(
                        new RuleText.Example(
                                "create table r (id int primary key);",
                                "create table n (id int primary key, r_id int references r);",
                                "create table n (id int primary key, r_id int);"),
                        new RuleText.Example(
                                "create table r (id int primary key);",
                                "create table n (id int); alter table n add foreign key (id) references r;",
                                "create table n (id int); create table m (id int primary key); alter table n add foreign key (id) references m;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> told = new HashSet<>();
            done.effects(Effect.Change.CREATED, "table constraint")
                    .filter(key -> key.now().is("contype", "f")
                            && key.now().is("conparentid", "0")
                            && !done.existed(String.valueOf(key.table())))
                    .forEach(key -> {
                        String other = String.valueOf(key.now().get("references"));
                        boolean locks = done.locks(LockMode.SHARE_ROW_EXCLUSIVE)
                                .anyMatch(lock -> lock.relation().equals(other));
                        if (locks && told.add(other)) {
                            findings.add(
                                    done.place(),
                                    other,
                                    "writes of " + other + " wait to the end of the transaction that makes "
                                            + key.table());
                        }
                    });
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            String own = clause.begins("create") ? clause.creates().orElse("") : "";
            for (int at = 0; !own.isEmpty() && at < clause.reading().size(); at++) {
                if (clause.reading().word(at).equals("references")) {
                    String other = clause.name(at + 1);
                    if (!other.equals(own) && !clause.isNew(other)) {
                        findings.add(
                                clause.place(),
                                other,
                                "writes of " + other + " wait to the end of the transaction that makes " + own);
                        break;
                    }
                }
            }
        }
    }
}

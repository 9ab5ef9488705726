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
import java.util.stream.Collectors;

/** DT04. What lies in a dropped schema is DT03, and what is named has rules of its own. One finding for all that one statement takes. */
public final class DropCascade implements Rule {
    private static final int TOLD = 8;

    @Override
    public RuleText text() {
        return new RuleText(
                "DT04",
                "CASCADE drops what is not named",
                Severity.ERROR,
                """
                CASCADE drops whatever depends on the named object: views, foreign keys of other tables, columns of a dropped type, \
                and what depends on these in turn. None of it stands in the script, it can be more in production than anywhere \
                else, and a down script does not bring it back.""",
                "drop each dependent object by its name, without CASCADE",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint primary key); create view v as select id from t;",
                                "drop table t cascade;",
                                "drop view v; drop table t;"),
                        new RuleText.Example(
                                "create type mood as enum ('ok'); create table t (id bigint, m mood);",
                                "drop type mood cascade;",
                                "alter table t drop column m; drop type mood;"),
                        new RuleText.Example(
                                "create table t (id bigint, a int); create view v as select a from t;",
                                "alter table t drop column a cascade;",
                                "drop view v; alter table t drop column a cascade;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            List<Effect> taken = Taken.by(done);
            if (!taken.isEmpty()) {
                String all = taken.stream()
                        .limit(TOLD)
                        .map(one -> one.type() + " " + one.object())
                        .collect(Collectors.joining(", "));
                String more = taken.size() > TOLD ? " and " + (taken.size() - TOLD) + " more" : "";
                findings.add(done.place(), taken.get(0).object(), "CASCADE also drops " + all + more);
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            boolean object =
                    clause.begins("drop") && !clause.begins("drop", "schema") && !clause.begins("drop", "owned");
            boolean part = clause.oldTable().isPresent()
                    && clause.actions().stream()
                            .anyMatch(action -> clause.reading().isPhrase(action, "drop"));
            boolean drops = object || part;
            if (drops && clause.has("cascade") && !isNew(clause)) {
                findings.add(clause.place(), null, "CASCADE also drops whatever depends on it");
            }
        }
    }

    private static boolean isNew(Clause clause) {
        int at = clause.begins("drop", "materialized", "view") ? 3 : 2;
        return clause.begins("drop")
                && clause.names(clause.afterOptions(at)).stream().allMatch(clause::isNew);
    }
}

package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Reading;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/** FN03. Whether a down script that does something does enough, smoke proves. */
public final class EmptyDown implements Rule {
    private static final Pattern NOTHING = Pattern.compile(
            "(?is)select\\s+[^(]*|do\\s+\\$(\\w*)\\$\\s*begin\\s+(?:null\\s*;\\s*)?end\\s*;?\\s*\\$\\1\\$");

    @Override
    public RuleText text() {
        return new RuleText(
                "FN03",
                "down script that does nothing",
                Severity.WARNING,
                """
                The record says "rolled back" afterwards, but what the up script has made is still there. When it is applied again it fails, or finds things \
                that it did not make.""",
                "undo what the up script does; where nothing can be undone, leave the down script away and say so",
                List.of(new RuleText.Example(
                        "",
                        "create table t (id bigint primary key);\n-- down\nselect 1;",
                        "create table t (id bigint primary key);\n-- down\ndrop table t;")));
    }

    @Override
    public boolean isOfMigrations() {
        return true;
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        if (migration.statements().stream()
                .anyMatch(done ->
                        !done.seen().effects().isEmpty() || !done.seen().rows().isEmpty())) {
            judge(migration.migration(), findings);
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        if (migration.clauses().stream()
                .anyMatch(clause -> !NOTHING.matcher(clause.statement().sql()).matches())) {
            judge(migration.migration(), findings);
        }
    }

    private static void judge(Migration migration, Findings findings) {
        Script down = migration.down();
        if (down != null
                && !down.commands().isLarge()
                && down.commands().statements().stream().allMatch(one -> isNothing(one))) {
            findings.add(Place.of(down.file()), null, "it does nothing, and what the up script does stays");
        }
    }

    private static boolean isNothing(Statement statement) {
        return NOTHING.matcher(statement.sql()).matches()
                && !Reading.of(statement.sql()).mentions("from");
    }
}

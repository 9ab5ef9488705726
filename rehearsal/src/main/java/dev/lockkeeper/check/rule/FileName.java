package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Naming;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.source.Migration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** FN01. It looks where a project asks for it, at the name without .up, .down and .sql; a folder of its own for each migration is the name. */
public final class FileName implements Rule {
    private final Naming naming;

    public FileName(Naming naming) {
        this.naming = naming;
    }

    @Override
    public RuleText text() {
        return new RuleText(
                "FN01",
                "file not named as the project wants it",
                Severity.WARNING,
                """
                Files that are named alike sort alike, in the order in which they run, and two people who work at the same time do not take the same number. \
                The pattern is a regular expression in which YYYYMMDDHHMM, its shorter and longer kin and slug have their meaning.""",
                "rename the file before it is applied anywhere",
                List.of(new RuleText.Example(
                        "",
                        "-- file 42-Init.sql\ncreate table t (id bigint primary key);",
                        "-- file 202501311200_init.sql\ncreate table t (id bigint primary key);")));
    }

    @Override
    public boolean isOptional() {
        return !naming.wantsFiles();
    }

    @Override
    public boolean isOfMigrations() {
        return true;
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        judge(migration.migration(), findings);
    }

    @Override
    public void written(Written migration, Findings findings) {
        judge(migration.migration(), findings);
    }

    private void judge(Migration migration, Findings findings) {
        String file = migration.up().file();
        String stem = stem(file);
        if (!naming.isFile(stem)) {
            findings.add(Place.of(file), null, "the file name " + stem + " does not fit " + naming.file());
        }
    }

    private static String stem(String file) {
        List<String> folders =
                Pattern.compile("/").splitAsStream(file.replace('\\', '/')).toList();
        String name = folders.get(folders.size() - 1);
        boolean folder = folders.size() > 1
                && Set.of("up.sql", "down.sql", "migration.sql").contains(name);
        return folder ? folders.get(folders.size() - 2) : name.replaceFirst("(?:\\.(?:up|down))?\\.sql$", "");
    }
}

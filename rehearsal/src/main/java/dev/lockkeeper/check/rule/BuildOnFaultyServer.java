package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** LK42. */
public final class BuildOnFaultyServer implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK42",
                "CONCURRENTLY on a server that builds broken indexes",
                Severity.ERROR,
                """
                In PostgreSQL 14.0 to 14.3, CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY may miss rows that are \
                updated meanwhile: the index is marked valid, and queries that use it do not find them.""",
                "update the server to 14.4 or later first, and rebuild what was built concurrently before",
                List.of(new RuleText.Example(
                        "create table t (a int);",
                        "create index concurrently t_a on t (a);",
                        "create index t_a on t (a);",
                        "14.2")));
    }

    private static final Pattern FAULTY = Pattern.compile("14\\.[0-3](?:\\D.*)?");

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        if (isFaulty(migration.target())) {
            for (Done done : migration.statements()) {
                if ((done.begins("create") || done.begins("reindex")) && done.isConcurrent()) {
                    findings.add(done.place(), null, told(migration.target()));
                }
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        if (isFaulty(migration.target())) {
            for (Clause clause : migration.clauses()) {
                if ((clause.begins("create") || clause.begins("reindex")) && clause.has("concurrently")) {
                    findings.add(clause.place(), null, told(migration.target()));
                }
            }
        }
    }

    private static boolean isFaulty(@Nullable String version) {
        return version != null && FAULTY.matcher(version).matches();
    }

    private static String told(@Nullable String version) {
        return "rows may be missing in the index that PostgreSQL " + version + " builds";
    }
}

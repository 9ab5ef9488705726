package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** ST09. The server only sends a notice (42622), so the text is judged. */
public final class CutName implements Rule {
    private static final int LONGEST = 63;
    /** A character has at most four bytes; to look for this is faster than to read the whole statement. */
    private static final Pattern PERHAPS = Pattern.compile("[\\p{L}\\p{N}_$]{" + LONGEST / 4 + "}|\"");

    @Override
    public RuleText text() {
        return new RuleText(
                "ST09",
                "name longer than 63 bytes",
                Severity.NOTE,
                """
                The server cuts a name after 63 bytes and says so in a notice that nobody reads. Two long names may become the same one, and a script that \
                looks for the whole name in the catalogs does not find it.""",
                "a shorter name",
                List.of(new RuleText.Example(
                        "create table t (id bigint primary key, a int);",
                        "create index concurrently a_name_that_tells_the_whole_story_of_its_table_and_of_each_of_its_columns on t (a);",
                        "create index concurrently t_a on t (a);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        migration.statements().stream()
                .filter(done -> PERHAPS.matcher(done.seen().statement().sql()).find())
                .forEach(done -> judge(done.clause(), findings));
    }

    @Override
    public void written(Written migration, Findings findings) {
        migration.clauses().forEach(clause -> judge(clause, findings));
    }

    private static void judge(Clause clause, Findings findings) {
        Set<String> cut = new LinkedHashSet<>();
        for (int at = 0; at < clause.reading().size(); at++) {
            String name = clause.reading().name(at);
            if (name.length() > LONGEST / 4 && name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
                cut.add(name);
            }
        }
        cut.forEach(name -> findings.add(clause.place(), name, name + " is cut after 63 bytes"));
    }
}

package dev.lockkeeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.check.Trial.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules LK find together: the table says it of each script by hand. */
@Tag("PROOF-04")
class LockRulesTest {
    @ParameterizedTest
    @ValueSource(ints = {18, 15})
    void each_script_gives_exactly_the_findings_that_the_table_says(int version) {
        List<Rule> rules = Rules.all().stream()
                .filter(rule -> rule.text().id().startsWith("LK"))
                .toList();
        List<Verdict> wrong = new ArrayList<>();
        try (Bench bench = new Bench(version)) {
            for (Trial trial : Trial.read("locks.txt", version)) {
                Verdict verdict = trial.on(bench, rules);
                if (!verdict.isAsExpected()) {
                    wrong.add(verdict);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}

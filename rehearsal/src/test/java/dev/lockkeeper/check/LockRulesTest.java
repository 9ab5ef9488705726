package dev.lockkeeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.check.Trial.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules LK find together: the table says it of each script by hand. */
class LockRulesTest {
    /** What only the server knows is left out where nothing was rehearsed. */
    private static final Set<String> NEED_A_SERVER = Set.of(
            "LK04", "LK07", "LK12", "LK15", "LK19", "LK21", "LK22", "LK26", "LK27", "LK28", "LK35", "LK38", "LK39",
            "LK40");

    private static List<Rule> rules() {
        return Rules.all().stream()
                .filter(rule -> rule.text().id().startsWith("LK"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {18, 15})
    void each_script_gives_exactly_the_findings_that_the_table_says(int version) {
        List<Verdict> wrong = new ArrayList<>();
        try (Bench bench = new Bench(version)) {
            for (Trial trial : Trial.read("locks.txt", version)) {
                Verdict verdict = trial.on(bench, rules());
                if (!verdict.isAsExpected()) {
                    wrong.add(verdict);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void a_text_gives_exactly_the_findings_that_the_table_says() {
        assertThat(Trial.read("locks-text.txt", 18))
                .map(trial -> trial.read(rules()))
                .allMatch(Verdict::isAsExpected);
    }

    @Test
    void the_text_of_the_examples_tells_what_a_server_is_not_needed_for() {
        List<String> silent = rules().stream()
                .filter(rule -> rule.text().examples().stream()
                        .allMatch(example -> Bench.textFindings(rule, example.bad(), example.target())
                                .isEmpty()))
                .map(rule -> rule.text().id())
                .toList();
        assertThat(silent).containsExactlyInAnyOrderElementsOf(NEED_A_SERVER);
    }

    @Test
    void no_rule_finds_anything_in_the_text_of_its_own_good_example() {
        for (Rule rule : rules()) {
            for (RuleText.Example example : rule.text().examples()) {
                assertThat(Bench.textFindings(rule, example.good(), example.target()))
                        .as(rule.text().id() + " " + example.good())
                        .isEmpty();
            }
        }
    }
}

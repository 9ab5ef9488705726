package dev.lockkeeper.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("PROOF-04")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulesTest {
    private Bench bench;

    @BeforeAll
    void start() {
        bench = new Bench(18);
    }

    @AfterAll
    void stop() {
        bench.close();
    }

    static Stream<Rule> rules() {
        return Rules.all().stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void every_rule_finds_something_in_its_bad_examples_and_nothing_in_its_good_ones(Rule rule) {
        assertThat(rule.text().examples()).isNotEmpty();
        for (RuleText.Example example : rule.text().examples()) {
            String target = example.target();
            if (rule.refusals().isEmpty()) {
                List<Finding> bad = Bench.findings(rule, bench.rehearse(example.before(), example.bad(), target));
                assertThat(bad).as(rule.text().id() + " bad: " + example.bad()).isNotEmpty();
            } else {
                assertThatThrownBy(() -> bench.rehearse(example.before(), example.bad(), target))
                        .as(rule.text().id() + " bad: " + example.bad())
                        .isInstanceOfSatisfying(
                                LockkeeperException.class,
                                e -> assertThat(names(e)).containsAnyElementsOf(rule.refusals()));
            }
            List<Finding> good = Bench.findings(rule, bench.rehearse(example.before(), example.good(), target));
            assertThat(good).as(rule.text().id() + " good: " + example.good()).isEmpty();
        }
    }

    /** Of the problem, and of the server's error. */
    private static List<String> names(LockkeeperException e) {
        Problem problem = e.problems().get(0);
        return Stream.of(
                        problem.code().slug(),
                        problem.server() == null ? "" : problem.server().sqlState())
                .toList();
    }

    @Test
    void ids_are_unique_and_in_order() {
        List<String> ids = rules().map(rule -> rule.text().id()).toList();
        assertThat(ids).doesNotHaveDuplicates().isSorted();
    }
}

package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.sql.Oracle.Outcome;
import dev.lockkeeper.sql.Oracle.Span;
import dev.lockkeeper.sql.Oracle.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the splitter against PostgreSQL's own scanner, and against laws that need no oracle; -Dlockkeeper.mutants=N tries more. */
@Tag("MIG-04")
class OracleTest {
    private static final int MUTANTS = Integer.getInteger("lockkeeper.mutants", 3_000);
    private static final Oracle ORACLE = new Oracle(new PostgresScanner());

    static Stream<Corpus.Case> visible() {
        return Corpus.CASES.stream().filter(hard -> !Oracle.isBlind(hard.script()));
    }

    @ParameterizedTest
    @MethodSource("visible")
    void the_oracle_cuts_the_corpus_as_expected(Corpus.Case hard) {
        Verdict verdict = ORACLE.split(hard.script());
        assertThat(verdict.outcome()).isEqualTo(Outcome.SPLIT);
        assertThat(verdict.statements())
                .extracting(s -> hard.script().substring(s.start(), s.end()))
                .isEqualTo(hard.statements());
    }

    @Test
    void mutants_are_cut_or_refused_alike() {
        Map<Outcome, Integer> seen = new EnumMap<>(Outcome.class);
        for (int seed = 1; seed <= MUTANTS; seed++) {
            String script = Mutant.of(seed);
            Verdict expected = ORACLE.split(script);
            Verdict actual = split(script);
            seen.merge(expected.outcome(), 1, Integer::sum);
            if (expected.outcome() == Outcome.UNKNOWN) {
                if (actual.outcome() == Outcome.SPLIT) {
                    int known = expected.statements().size();
                    assertThat(actual.statements()).as(report(seed, script)).hasSizeGreaterThanOrEqualTo(known);
                    assertThat(actual.statements().subList(0, known))
                            .as(report(seed, script))
                            .isEqualTo(expected.statements());
                }
            } else if (expected.outcome() == Outcome.SPLIT) {
                assertThat(actual).as(report(seed, script)).isEqualTo(expected);
            } else {
                assertThat(actual.outcome()).as(report(seed, script)).isEqualTo(expected.outcome());
                assertThat(actual.offset()).as(report(seed, script)).isEqualTo(expected.offset());
            }
        }
        assertThat(seen.getOrDefault(Outcome.SPLIT, 0))
                .as("mutants cut, of %s", seen)
                .isGreaterThan(MUTANTS / 4);
        assertThat(seen.getOrDefault(Outcome.UNTERMINATED, 0))
                .as("mutants refused, of %s", seen)
                .isGreaterThan(MUTANTS / 20);
        assertThat(seen.getOrDefault(Outcome.UNKNOWN, 0))
                .as("mutants without an answer, of %s", seen)
                .isLessThan(MUTANTS / 4);
    }

    @Test
    void between_two_statements_stands_nothing_that_is_one() {
        for (int seed = 1; seed <= MUTANTS; seed++) {
            String script = Mutant.of(seed);
            int last = 0;
            for (Span span : split(script).statements()) {
                assertThat(span.start()).as(report(seed, script)).isGreaterThanOrEqualTo(last);
                assertThat(span.end()).as(report(seed, script)).isGreaterThan(span.start());
                assertThat(Splitter.split(script.substring(last, span.start())))
                        .as(report(seed, script))
                        .isEmpty();
                last = span.end();
                // what follows is data, which is not SQL
                if (span.copyData() != null) {
                    break;
                }
            }
        }
    }

    @Test
    void a_statement_is_cut_no_further() {
        for (int seed = 1; seed <= MUTANTS; seed++) {
            String script = Mutant.of(seed);
            for (Span span : split(script).statements()) {
                String sql = script.substring(span.start(), span.end());
                // a mark that starts no script is a letter, and a part of the word that follows it
                if (sql.startsWith("\uFEFF")) {
                    continue;
                }
                assertThat(Splitter.split(sql))
                        .as(report(seed, script))
                        .extracting(Statement::sql)
                        .containsExactly(sql);
            }
        }
    }

    @Test
    void carriage_returns_at_line_ends_change_nothing() {
        for (int seed = 1; seed <= MUTANTS; seed++) {
            String script = Mutant.of(seed).replace("\r", "");
            if (split(script).outcome() == Outcome.SPLIT) {
                assertThat(Splitter.split(script.replace("\n", "\r\n")))
                        .as(report(seed, script))
                        .extracting(
                                s -> s.sql().replace("\r\n", "\n"),
                                s -> data(s).replace("\r\n", "\n"),
                                Statement::kind,
                                Statement::words)
                        .isEqualTo(Splitter.split(script).stream()
                                .map(s -> org.assertj.core.groups.Tuple.tuple(s.sql(), data(s), s.kind(), s.words()))
                                .toList());
            }
        }
    }

    private static String data(Statement statement) {
        return statement.copyData() == null ? "" : statement.copyData();
    }

    private static Verdict split(String script) {
        try {
            List<Span> spans = new ArrayList<>();
            Splitter.split(script).forEach(s -> spans.add(new Span(s.start(), s.end(), s.copyData())));
            return new Verdict(spans, Outcome.SPLIT, 0);
        } catch (SqlFlaw flaw) {
            return new Verdict(List.of(), Outcome.valueOf(flaw.code().name()), flaw.offset());
        }
    }

    private static String report(int seed, String script) {
        return "Mutant.of(" + seed + "):\n" + script.replace("\r", "\\r") + "\n-- as one line: "
                + script.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n");
    }
}

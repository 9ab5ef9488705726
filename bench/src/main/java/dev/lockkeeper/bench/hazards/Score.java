package dev.lockkeeper.bench.hazards;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a linter found of hazards and of their twins, by rule. */
final class Score {
    private final Map<String, Row> rows = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Row total = new Row();

    /** Counts of one rule. */
    private static final class Row {
        private int cases;
        private int found;
        private int cries;

        private void add(boolean hit, boolean cry) {
            cases++;
            found += hit ? 1 : 0;
            cries += cry ? 1 : 0;
        }

        private double recall() {
            return cases == 0 ? 1 : (double) found / cases;
        }

        private double precision() {
            return found + cries == 0 ? 1 : (double) found / (found + cries);
        }
    }

    /** Those cases of which the linter has something to say. */
    static Score of(Linter linter, List<Case> cases) {
        Score score = new Score();
        cases.parallelStream()
                .filter(linter::covers)
                .map(one -> new Verdict(
                        one, linter.findings(one, Linter.Side.HAZARD), linter.findings(one, Linter.Side.HARMLESS)))
                .toList()
                .forEach(verdict -> score.add(verdict.about(), verdict.hazard(), verdict.harmless()));
        return score;
    }

    /** Which rules found something in each side of a case. */
    private record Verdict(Case about, Set<String> hazard, Set<String> harmless) {}

    private void add(Case one, Set<String> hazard, Set<String> harmless) {
        boolean hit = one.rules().stream().anyMatch(hazard::contains);
        boolean cry = one.rules().stream().anyMatch(harmless::contains);
        rows.computeIfAbsent(one.rule(), rule -> new Row()).add(hit, cry);
        total.add(hit, cry);
        if (!hit) {
            faults.add(one.name() + ": missed; found " + hazard);
        }
        if (cry) {
            faults.add(one.name() + ": cries at the twin; found " + harmless);
        }
    }

    double recall() {
        return total.recall();
    }

    double precision() {
        return total.precision();
    }

    /** Each case that it missed, and each twin at which it cried. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** One line: how many cases, recall and precision. */
    String summary() {
        return String.format(
                Locale.ROOT, "%d cases, recall %.2f, precision %.2f", total.cases, total.recall(), total.precision());
    }

    /** A table, with a row for all rules at the end. */
    String markdown() {
        StringBuilder text =
                new StringBuilder("| rule | cases | found | missed | false on twins | recall | precision |\n"
                        + "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        rows.forEach((rule, row) -> line(text, rule, row));
        line(text, "all", total);
        return text.toString();
    }

    private static void line(StringBuilder text, String rule, Row row) {
        text.append(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %.2f | %.2f |%n",
                rule,
                row.cases,
                row.found,
                row.cases - row.found,
                row.cries,
                row.recall(),
                row.precision()));
    }
}

package dev.lockkeeper.check;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with migrations.
 *
 * @param serverVersion of the throw-away server; null when none was used
 * @param scripts those of the migrations that were looked at
 * @param findings in the order of files and lines, also those that are passed over
 * @param observed how many statements the server was seen to carry out
 * @param byText of how many statements only the text was read
 * @param unjudged the rest
 * @param problems why some could not be observed; empty when all were
 */
public record LintReport(
        @Nullable String serverVersion,
        List<Judged> scripts,
        List<Finding> findings,
        long observed,
        long byText,
        List<Unjudged> unjudged,
        List<Problem> problems) {
    public LintReport {
        scripts = List.copyOf(scripts);
        findings = List.copyOf(findings);
        unjudged = List.copyOf(unjudged);
        problems = List.copyOf(problems);
    }

    /** The same with the findings of some places alone. */
    public LintReport only(Predicate<Place> chosen) {
        return new LintReport(
                serverVersion,
                scripts.stream()
                        .filter(one -> chosen.test(Place.of(one.file())))
                        .toList(),
                findings.stream().filter(one -> chosen.test(one.place())).toList(),
                observed,
                byText,
                unjudged.stream().filter(one -> chosen.test(one.place())).toList(),
                problems);
    }

    /** The same with findings about something else than migrations behind its own. */
    public LintReport with(List<Finding> others) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(others);
        return new LintReport(serverVersion, scripts, all, observed, byText, unjudged, problems);
    }

    /** How many migrations were looked at. */
    public int migrations() {
        return scripts.size();
    }

    /** How many findings of this level count. */
    public long count(Severity severity) {
        return findings.stream()
                .filter(one -> one.severity() == severity && one.suppressed() == null)
                .count();
    }

    /** How many findings are passed over. */
    public long suppressed() {
        return findings.stream().filter(one -> one.suppressed() != null).count();
    }
}

package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Deviation;
import dev.lockkeeper.catalog.Deviations;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Exemption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a database has apart from what it should be.
 *
 * @param expected what it should be, in words
 * @param found what was looked at, in words
 * @param serverVersion of the server that was looked at, as it calls itself
 * @param pending how many scripts are not applied yet, which is no drift
 * @param findings the gravest first
 * @param fixes the same in an order in which the statements that restore can be run
 * @param unclaimed objects that may be another component's
 * @param elsewhere schemas that were not looked into
 * @param doubtful exemptions that have ended, or that cover nothing
 */
public record DriftReport(
        String expected,
        String found,
        String serverVersion,
        long pending,
        List<Finding> findings,
        List<Finding> fixes,
        List<String> unclaimed,
        Set<String> elsewhere,
        List<Problem> doubtful) {
    public DriftReport {
        findings = List.copyOf(findings);
        fixes = List.copyOf(fixes);
        unclaimed = List.copyOf(unclaimed);
        doubtful = List.copyOf(doubtful);
    }

    /** Weighs what was found. */
    public static DriftReport of(
            String expected,
            String found,
            String serverVersion,
            long pending,
            Deviations deviations,
            List<Exemption> exemptions,
            LocalDate today) {
        Set<Exemption> used = new HashSet<>();
        List<Finding> fixes = new ArrayList<>();
        for (Deviation deviation : deviations.list()) {
            Finding finding = finding(deviation, exemptions, today);
            if (finding.exemption() != null) {
                used.add(finding.exemption());
            }
            fixes.add(finding);
        }
        List<Finding> findings = new ArrayList<>(fixes);
        findings.sort(Comparator.comparing(f -> f.deviation().severity()));
        return new DriftReport(
                expected,
                found,
                serverVersion,
                pending,
                findings,
                fixes,
                deviations.unclaimed(),
                new TreeSet<>(deviations.elsewhere()),
                doubtful(exemptions, used, today));
    }

    /** One that holds wins over one that has ended. */
    private static Finding finding(Deviation deviation, List<Exemption> exemptions, LocalDate today) {
        return exemptions.stream()
                .filter(e -> e.covers(
                        deviation.difference().object(),
                        deviation.schema(),
                        deviation.difference().kind(),
                        deviation.state().key()))
                .min(Comparator.comparing(e -> e.isOver(today)))
                .map(e -> new Finding(deviation, e, e.isOver(today)))
                .orElse(new Finding(deviation, null, false));
    }

    private static List<Problem> doubtful(List<Exemption> exemptions, Set<Exemption> used, LocalDate today) {
        List<Problem> problems = new ArrayList<>();
        for (Exemption one : exemptions) {
            if (one.isOver(today)) {
                problems.add(Problem.of(
                                Code.DRIFT_ACCEPTANCE,
                                "what was accepted of " + one.object() + " counts again since " + one.until())
                        .at(one.place())
                        .because("it was accepted because: " + one.reason())
                        .help("put the database right, or decide anew and write a later day"));
            } else if (!used.contains(one)) {
                problems.add(
                        Problem.of(Code.DRIFT_ACCEPTANCE_UNUSED, "this covers nothing that was found: " + one.object())
                                .at(one.place())
                                .help("remove it"));
            }
        }
        return problems;
    }

    /** Whether no exemption has ended. */
    public boolean isUndoubted() {
        return doubtful.stream().allMatch(problem -> problem.code() != Code.DRIFT_ACCEPTANCE);
    }

    /** What counts. */
    public List<Finding> counting() {
        return findings.stream().filter(Finding::counts).toList();
    }

    /** What somebody has decided to live with. */
    public List<Finding> exempted() {
        return findings.stream().filter(f -> !f.counts()).toList();
    }
}

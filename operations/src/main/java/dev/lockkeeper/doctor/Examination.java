package dev.lockkeeper.doctor;

import dev.lockkeeper.problem.Problem;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the doctor has seen of one database, or of the services.
 *
 * @param subject what was looked at; without secrets
 * @param facts name and value, in the order in which they were seen
 * @param findings by their parts, errors first
 * @param unseen what was not looked at
 */
public record Examination(String subject, Map<String, String> facts, List<Finding> findings, List<Unseen> unseen) {
    public Examination {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        findings = findings.stream()
                .sorted(Comparator.comparing((Finding one) -> one.symptom().part())
                        .thenComparing(one -> one.symptom().severity())
                        .thenComparing(Finding::symptom))
                .toList();
        unseen = List.copyOf(unseen);
    }

    /** The same with more. */
    public Examination with(List<Finding> more, List<Unseen> others) {
        return new Examination(
                subject,
                facts,
                Stream.concat(findings.stream(), more.stream()).toList(),
                Stream.concat(unseen.stream(), others.stream()).toList());
    }

    /** Of a database that nobody gets into. */
    public static Examination unreachable(String subject, Problem problem) {
        String why = problem.why();
        String help = problem.help();
        return new Examination(
                subject,
                Map.of(),
                List.of(new Finding(
                        Symptom.DATABASE_UNREACHABLE,
                        subject,
                        problem.message() + (why == null ? "" : ": " + why),
                        help == null ? "lockkeeper explain " + problem.code().slug() + " tells more" : help,
                        List.of())),
                List.of(new Unseen(Part.SERVER, "everything else of this database", "there is no connection")));
    }
}

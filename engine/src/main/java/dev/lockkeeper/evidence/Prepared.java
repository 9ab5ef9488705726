package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Whether exactly the scripts of a plan were judged, rehearsed and proven, and how that ended. */
record Prepared(Release release) {
    /** A migration that goes up is judged and rehearsed; a repeatable script and a way back are not, by any command. */
    private static boolean goesUp(PlanPart part, PlannedStep step) {
        return part.direction() == Direction.UP && isMigration(step);
    }

    private static boolean isMigration(PlannedStep step) {
        return Version.parse(step.name()).isPresent();
    }

    Check findings() {
        List<Problem> problems = new ArrayList<>();
        boolean asked = each((part, step) -> {
            if (goesUp(part, step)) {
                find(release.findings(), "scripts", part, step, "checksum", "judged by rules", problems)
                        .ifPresent(script -> rendered(script, step, "judged", problems));
            }
        });
        for (Facts one : release.findings()) {
            one.objects("errors")
                    .forEach(error -> problems.add(lacking(one, "not all could be judged: " + error.text("message"))));
        }
        long open = 0;
        for (Facts finding : ofPlan()) {
            if (finding.textOrNull("allowed") == null) {
                open++;
                if (finding.text("severity").equals("error")) {
                    problems.add(lacking(
                            finding,
                            "a finding is open: " + finding.text("rule") + " at " + finding.text("file") + ":"
                                    + finding.number("line") + ": " + finding.text("message")));
                }
            }
        }
        requireSome(asked, release.findings(), "findings", "lockkeeper lint --output json", problems);
        boolean seen = release.findings().stream().anyMatch(one -> one.textOrNull("serverVersion") != null);
        return new Check(
                "findings",
                PlanReport.count(open, "finding") + (seen ? ", as a server saw the statements" : ", by the text alone"),
                problems);
    }

    /** The findings about scripts of the plan. */
    List<Facts> ofPlan() {
        return release.findings().stream()
                .flatMap(one -> one.objects("findings").stream())
                .filter(finding -> release.plan().parts().stream()
                        .anyMatch(part -> part.component().equals(finding.text("component"))
                                && part.direction() == Direction.UP
                                && part.steps().stream().anyMatch(step -> Release.isOf(finding.text("version"), step))))
                .distinct()
                .toList();
    }

    Check rehearsal() {
        List<Problem> problems = new ArrayList<>();
        boolean asked = each((part, step) -> {
            if (goesUp(part, step)) {
                find(release.rehearsals(), "migrations", part, step, "checksum", "rehearsed", problems)
                        .ifPresent(migration -> rendered(migration, step, "rehearsed", problems));
            }
        });
        for (Facts one : release.rehearsals()) {
            one.objectOrNone("error")
                    .ifPresent(error -> problems.add(lacking(one, "the rehearsal stopped: " + error.text("message"))));
        }
        requireSome(asked, release.rehearsals(), "rehearsal", "lockkeeper rehearse --output json", problems);
        return new Check("rehearsal", "each script was run and observed on a throw-away server", problems);
    }

    Check proof() {
        List<Problem> problems = new ArrayList<>();
        boolean[] asked = {false};
        each((part, step) -> {
            if (isMigration(step)) {
                asked[0] = true;
                String checksum = part.direction() == Direction.UP ? "checksum" : "downChecksum";
                find(release.proofs(), "migrations", part, step, checksum, "proven", problems)
                        .ifPresent(proof -> {
                            if (!proof.text("verdict").equals("restores")
                                    || !"ok".equals(proof.textOrNull("reapply"))) {
                                problems.add(lacking(
                                        proof,
                                        "the rollback of " + step.name() + " is not proven: " + proof.text("verdict")
                                                + ", reapply "
                                                + Optional.ofNullable(proof.textOrNull("reapply"))
                                                        .orElse("not tried")));
                            }
                        });
            }
        });
        requireSome(asked[0], release.proofs(), "proof", "lockkeeper smoke --output json", problems);
        return new Check("proof", "each rollback restores the exact schema", problems);
    }

    /** Looks at each step; whether one of them goes up. */
    private boolean each(BiConsumer<PlanPart, PlannedStep> look) {
        boolean up = false;
        for (PlanPart part : release.plan().parts()) {
            for (PlannedStep step : part.steps()) {
                look.accept(part, step);
                up |= goesUp(part, step);
            }
        }
        return up;
    }

    private static void requireSome(
            boolean asked, List<Facts> documents, String what, String command, List<Problem> problems) {
        if (asked && documents.isEmpty()) {
            problems.clear();
            problems.add(Problem.of(Code.EVIDENCE_LACKING, "the bundle has no " + what)
                    .help("collect what this prints: " + command));
        }
    }

    /** What documents say of a step. One that speaks of another script under its version is of another release. */
    private static Optional<Facts> find(
            List<Facts> documents,
            String list,
            PlanPart part,
            PlannedStep step,
            String checksum,
            String done,
            List<Problem> problems) {
        Optional<Facts> found = Optional.empty();
        for (Facts document : documents) {
            for (Facts one : document.objects(list)) {
                if (!one.text("component").equals(part.component()) || !Release.isOf(one.text("version"), step)) {
                    continue;
                }
                if (!step.checksum().equals(one.textOrNull(checksum))) {
                    problems.add(Unfit.problem(
                                    one.source(),
                                    "another script of " + step.name() + " was " + done + " than the plan has")
                            .because("its checksum is " + one.textOrNull(checksum) + ", and that of the plan "
                                    + step.checksum())
                            .help("collect what was made of the scripts of this plan"));
                    return Optional.empty();
                }
                found = Optional.of(one);
            }
        }
        if (found.isEmpty()) {
            problems.add(Problem.of(Code.EVIDENCE_LACKING, step.name() + " (" + step.file() + ") was not " + done));
        }
        return found;
    }

    private static void rendered(Facts one, PlannedStep step, String done, List<Problem> problems) {
        if (!step.rendered().equals(one.text("renderedChecksum"))) {
            problems.add(lacking(one, step.name() + " was " + done + " with other values of tokens than the plan has"));
        }
    }

    private static Problem lacking(Facts one, String message) {
        return Unfit.problem(one.source(), message).as(Code.EVIDENCE_LACKING);
    }
}

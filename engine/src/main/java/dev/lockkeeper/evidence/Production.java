package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What production did of a plan: by the record of its database, and by what the commands said. */
record Production(Release release) {
    /** What the commands said, and whether they are of this plan. */
    Check runs() {
        List<Problem> problems = new ArrayList<>();
        for (Facts run : release.runs()) {
            for (Facts component : run.objects("components")) {
                Optional<PlanPart> part = part(component);
                boolean did = component.textOrNull("run") != null
                        || !component.objects("steps").isEmpty();
                boolean ours = part.isPresent()
                        && run.text("direction").equals(part.get().direction().command())
                        && (!did || release.plan().digest().equals(component.textOrNull("digest")));
                if (!ours) {
                    problems.add(Unfit.problem(run.source(), "the run is of another plan")
                            .because("component " + component.text("component") + ", digest "
                                    + component.textOrNull("digest")));
                } else {
                    component.objects("steps").stream()
                            .filter(step ->
                                    steps(part.get(), step.text("version")).isEmpty())
                            .forEach(step -> problems.add(Unfit.problem(
                                    run.source(),
                                    "the run did " + step.text("version") + ", which is not in the plan")));
                }
            }
        }
        if (!release.runs().isEmpty()) {
            untold(problems);
        }
        int count = release.runs().size();
        return new Check(
                "runs", count == 0 ? "none reported" : count == 1 ? "one reported" : count + " reported", problems);
    }

    /**
     * The report of a command that found nothing left to do is true, and shows nothing of the run that did it. One report of several
     * runs is enough, for a run that was killed leaves none.
     */
    private void untold(List<Problem> problems) {
        for (PlanPart part : release.plan().parts()) {
            Set<String> told = release.reports(part)
                    .flatMap(component -> Stream.ofNullable(component.textOrNull("run")))
                    .collect(Collectors.toSet());
            List<String> known = release.outcome().stream()
                    .flatMap(outcome -> outcome.objects("components").stream())
                    .filter(component -> component.text("component").equals(part.component()))
                    .flatMap(component -> component.objects("runs").stream())
                    .map(run -> run.text("run"))
                    .toList();
            if (!known.isEmpty() && known.stream().noneMatch(told::contains)) {
                problems.add(Problem.of(
                                Code.EVIDENCE_LACKING,
                                "the record has run " + String.join(", ", known) + " of " + part.component()
                                        + ", and no report is of it")
                        .because("what was given tells of a command that did nothing of the plan")
                        .help("collect the file that this run wrote with --report, or leave the other one out"));
            }
        }
    }

    /** What the record says, and whether all is done. */
    Check outcome() {
        List<Problem> problems = new ArrayList<>();
        release.outcome().ifPresent(outcome -> requireOurs(outcome, problems));
        boolean known = release.outcome().isPresent() || !release.runs().isEmpty();
        if (!known) {
            problems.add(
                    Problem.of(Code.EVIDENCE_LACKING, "nothing says what became of the plan")
                            .help(
                                    "collect with the record of the database, or with what this prints: lockkeeper apply --report FILE"));
        }
        for (PlanPart part : release.plan().parts()) {
            for (PlannedStep step : part.steps()) {
                if (known) {
                    undone(part, step).ifPresent(problems::add);
                }
            }
        }
        return new Check(
                "outcome",
                "all of the plan was done, "
                        + (release.outcome().isPresent()
                                ? "as the record of the database says"
                                : "as the command said"),
                problems);
    }

    private Optional<Problem> undone(PlanPart part, PlannedStep step) {
        Optional<Facts> recorded = release.recorded(part, step);
        boolean up = part.direction() == Direction.UP;
        // a step that was begun and never finished leaves no row when it is taken back
        boolean unrecorded = release.outcome().isEmpty() || (!up && step.entry() == 0);
        if (recorded.isPresent()) {
            return up && !recorded.get().text("state").equals("applied")
                    ? Optional.of(Problem.of(Code.EVIDENCE_LACKING, step.name() + " was taken back since"))
                    : Optional.empty();
        }
        return unrecorded && release.reported(part, step).isPresent()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        Code.EVIDENCE_LACKING,
                        step.name() + " (" + step.file() + ") was not "
                                + part.direction().done()));
    }

    private void requireOurs(Facts outcome, List<Problem> problems) {
        if (!outcome.text("plan").equals(release.plan().digest())) {
            problems.add(
                    Unfit.problem(outcome.source(), "the record was asked for another plan: " + outcome.text("plan")));
            return;
        }
        for (Facts component : outcome.objects("components")) {
            Optional<PlanPart> part = part(component);
            if (part.isEmpty()) {
                problems.add(Unfit.problem(
                        outcome.source(), "component " + component.text("component") + " is not in the plan"));
                continue;
            }
            for (Facts done : component.objects("steps")) {
                List<PlannedStep> planned = steps(part.get(), done.text("name"));
                boolean same = planned.stream()
                        // the record keeps the up script, which a rollback takes back
                        .anyMatch(step -> part.get().direction() == Direction.DOWN
                                || (step.checksum().equals(done.text("checksum"))
                                        && step.rendered().equals(done.text("renderedChecksum"))));
                if (!same) {
                    problems.add(Unfit.problem(
                            outcome.source(),
                            planned.isEmpty()
                                    ? "the record has " + done.text("name") + ", which is not in the plan"
                                    : "the record has another script of " + done.text("name") + " than the plan"));
                }
            }
        }
    }

    private Optional<PlanPart> part(Facts component) {
        return release.plan().parts().stream()
                .filter(part -> part.component().equals(component.text("component")))
                .findFirst();
    }

    private static List<PlannedStep> steps(PlanPart part, String name) {
        return part.steps().stream().filter(step -> Release.isOf(name, step)).toList();
    }
}

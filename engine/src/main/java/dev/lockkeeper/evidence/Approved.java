package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.SshPublicKey;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The approvals of a release, judged for the moment at which production began with it. */
record Approved(Release release) {
    /** By the signers that the bundle has. */
    Approvals approvals() {
        return by(release.signers());
    }

    private Approvals by(AllowedSigners signers) {
        Approvals judged = Approvals.judge(
                release.approvals(),
                release.plan().digest(),
                release.plan().involved(List.of()),
                signers,
                release.demands().roles(),
                release.began());
        return new Approvals(
                judged.accepted().stream()
                        .sorted(Comparator.comparing(Approvals.Accepted::name))
                        .toList(),
                judged.refused());
    }

    Check check() {
        Approvals approvals = approvals();
        List<Problem> problems = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Approval approval : release.approvals()) {
            Approvals.signer(approval, release.plan().digest())
                    .map(SshPublicKey::fingerprint)
                    .ifPresentOrElse(
                            keys::add,
                            () -> problems.add(Unfit.problem(
                                    approval.source(),
                                    "the part " + approval.source() + " is no approval of this plan")));
        }
        requireKept(keys, problems);
        requireNamed(approvals, keys, problems);
        int found = approvals.accepted().size();
        if (found < release.demands().approvals() && release.emergency().isEmpty()) {
            Problem problem = Problem.of(
                    Code.EVIDENCE_LACKING,
                    "the environment demanded "
                            + (release.demands().approvals() == 1
                                    ? "an approval"
                                    : release.demands().approvals() + " approvals")
                            + ", and "
                            + (found == 0 ? "none counts" : found == 1 ? "one counts" : found + " count"));
            for (String refused : approvals.refused()) {
                problem = problem.note("does not count: " + refused);
            }
            problems.add(problem);
        }
        release.emergency()
                .ifPresent(reason -> problems.add(Problem.of(
                                Code.EVIDENCE_LACKING,
                                "the plan went through in an emergency, without what the environment demands")
                        .because(reason)));
        String names = String.join(", ", names(approvals));
        return new Check(
                "approvals", found == 0 ? "none demanded, and none that counts" : "approved by " + names, problems);
    }

    /** Each approval that a database keeps is here. */
    private void requireKept(Set<String> keys, List<Problem> problems) {
        release.outcome().stream()
                .flatMap(outcome -> outcome.texts("keys").stream())
                .filter(key -> !keys.contains(key))
                .forEach(key -> problems.add(Unfit.problem(
                        Part.OUTCOME, "an approval is missing: the record keeps one with the key " + key)));
    }

    /** Each person on whom a run rested is here. */
    private void requireNamed(Approvals approvals, Set<String> keys, List<Problem> problems) {
        Set<String> known = new HashSet<>();
        approvals.accepted().forEach(one -> one.names().forEach(name -> known.add(name.toLowerCase(Locale.ROOT))));
        Set<String> named = new TreeSet<>();
        release.runs().stream()
                .flatMap(run -> run.objects("components").stream())
                .flatMap(component -> component.textsOrNone("approvers").stream())
                .forEach(named::add);
        for (String name : named) {
            if (!known.contains(name.toLowerCase(Locale.ROOT))) {
                String message = "the run rests on the approval of " + name;
                problems.add(
                        named.size() > keys.size()
                                ? Unfit.problem("approvals", message + ", which is missing")
                                : Problem.of(
                                        Code.EVIDENCE_LACKING,
                                        message + ", which does not count by the signers of the bundle"));
            }
        }
    }

    /**
     * The same by what somebody who verifies knows of people.
     *
     * @param own from a file that did not come with the bundle
     */
    Check check(AllowedSigners own) {
        Approvals theirs = approvals();
        Approvals mine = by(own);
        List<Problem> problems = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        mine.accepted().forEach(one -> keys.add(one.key().fingerprint()));
        for (Approvals.Accepted one : theirs.accepted()) {
            if (!keys.contains(one.key().fingerprint())) {
                Problem problem = Unfit.problem(
                        one.approval().source(), "the approval of " + one.name() + " does not count by " + own.file());
                problems.add(problem.because(mine.refused().stream()
                        .filter(refused -> refused.startsWith(one.approval().source() + ":"))
                        .findFirst()
                        .orElse("it is of a person who has approved already")));
            }
        }
        return new Check(
                "your signers",
                mine.accepted().isEmpty() ? "no approval counts" : "approved by " + String.join(", ", names(mine)),
                problems);
    }

    private static List<String> names(Approvals approvals) {
        return approvals.accepted().stream().map(Approvals.Accepted::name).toList();
    }
}

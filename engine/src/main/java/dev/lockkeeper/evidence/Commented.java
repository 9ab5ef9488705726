package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.Comments;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The comments on the plan of a release, judged for the moment at which production began with it. */
record Commented(Release release) {
    Check check() {
        List<Problem> problems = new ArrayList<>();
        Set<String> there = release.comments().stream().map(Comment::digest).collect(Collectors.toSet());
        String plan = release.plan().digest();
        release.comments().stream()
                .filter(comment -> !comment.plan().equals(plan))
                .forEach(comment -> problems.add(Unfit.problem(
                        comment.source(), "the part " + comment.source() + " is no comment on this plan")));
        release.outcome().stream()
                .flatMap(outcome -> outcome.textsOrNone("comments").stream())
                .filter(id -> !there.contains(id))
                .forEach(id ->
                        problems.add(Unfit.problem(Part.OUTCOME, "a comment is missing: the record keeps " + id)));
        Comments judged = Comments.judge(
                release.comments(),
                plan,
                release.plan().involved(List.of()),
                release.signers(),
                release.demands().roles(),
                release.began());
        Set<String> late = release.outcome().stream()
                .flatMap(outcome -> outcome.textsOrNone("late").stream())
                .collect(Collectors.toSet());
        for (Comments.Discussion thread : judged.threads()) {
            Comment resolved = thread.resolved();
            if (resolved != null
                    && late.contains(resolved.digest())
                    && !late.contains(thread.question().digest())) {
                problems.add(Problem.of(
                                Code.EVIDENCE_LACKING,
                                "the comment " + thread.question().id() + " of " + thread.asked()
                                        + " was open when the plan ran, and resolved afterwards by " + resolved.by())
                        .because(thread.question().text()));
            }
            if (thread.isOpen()) {
                problems.add(Problem.of(
                                Code.EVIDENCE_LACKING,
                                "the comment " + thread.question().id() + " of " + thread.asked() + " was not resolved")
                        .because(thread.question().text()));
            }
        }
        return new Check("comments", judged.threads().isEmpty() ? "none" : told(judged.threads()), problems);
    }

    /** Who has asked, and who has resolved it. */
    private static String told(List<Comments.Discussion> threads) {
        return threads.stream()
                .map(thread -> {
                    Comment resolved = thread.resolved();
                    return thread.question().step() + " by " + thread.asked()
                            + (resolved == null ? "" : ", resolved by " + resolved.by());
                })
                .collect(Collectors.joining("; "));
    }
}

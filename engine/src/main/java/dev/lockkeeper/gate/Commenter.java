package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Roles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A person who comments on a plan file. What could not count is not signed.
 *
 * @param key the file of the key
 * @param signers who may sign, by what the repository says now
 * @param roles whose approvals count in the environment of the plan
 */
public record Commenter(Path key, AllowedSigners signers, Roles roles) {
    /**
     * Asks about a step.
     *
     * @param line of its file; 0 for the step as a whole
     * @param now at which the key must count; part of the comment, so that the same text asked twice is two questions
     * @throws LockkeeperException {@code comment-refused}, {@code key-unusable}, {@code file-unreadable}
     */
    public Comment ask(PlanFile plan, PlanPart part, PlannedStep step, int line, String text, Instant now) {
        return signed(new Comment(
                key.toString(),
                plan.digest(),
                part.component(),
                step.name(),
                step.file(),
                line,
                null,
                text,
                "",
                now,
                ""));
    }

    /**
     * Resolves a question.
     *
     * @param known all comments on the plan
     * @param authors who has committed the scripts, by what the repository says now
     * @param text may be empty
     * @throws LockkeeperException {@code comment-refused} also when the person may not, {@code key-unusable}, {@code file-unreadable}
     */
    public Comment resolve(
            PlanFile plan, Comment question, List<Comment> known, List<String> authors, String text, Instant now) {
        Comment answer = signed(new Comment(
                key.toString(),
                plan.digest(),
                question.component(),
                question.step(),
                question.file(),
                question.line(),
                question.digest(),
                text,
                "",
                now,
                ""));
        List<Comment> all = new ArrayList<>(known);
        all.add(answer);
        Comments judged = Comments.judge(all, plan.digest(), plan.involved(authors), signers, roles, now);
        for (Comments.Discussion thread : judged.threads()) {
            if (thread.question().digest().equals(question.digest()) && thread.isOpen()) {
                throw refused(String.join("; ", thread.refused()))
                        .help("let " + thread.asked() + " resolve it, or somebody who may approve the plan")
                        .asException();
            }
        }
        return answer;
    }

    /** Signed twice: the name belongs into what is signed, and the key tells the name. */
    private Comment signed(Comment draft) {
        if (signers.file().isEmpty()) {
            throw AllowedSigners.nobody().asException();
        }
        SigningKey signing = new SigningKey(key);
        SshPublicKey holder =
                signing.sign(SshSignature.PLAN, Comment.message(draft.digest())).key();
        AllowedSigners.Verdict verdict = signers.judge(holder, SshSignature.PLAN, draft.at());
        if (verdict instanceof AllowedSigners.Verdict.Allowed allowed) {
            Comment named = draft.by(allowed.names().get(0));
            return named.signed(signing.sign(SshSignature.PLAN, Comment.message(named.digest())));
        }
        throw refused(((AllowedSigners.Verdict.Refused) verdict).reason())
                .help("let somebody add the key to " + signers.file() + ", as a change that others review")
                .asException();
    }

    private static Problem refused(String reason) {
        return Problem.of(Code.COMMENT_REFUSED, "this comment would not count")
                .because(reason)
                .note("kept: nothing; no comment was written");
    }
}

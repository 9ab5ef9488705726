package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A person who approves a plan file. What could not count is not signed.
 *
 * @param key the file of the key
 * @param signers who may approve, by what the repository says now
 */
public record Approver(Path key, AllowedSigners signers) {
    /**
     * Signs the digest of a plan.
     *
     * @param authors who has committed the scripts, by what the repository says now
     * @param now at which the key must count
     * @throws LockkeeperException {@code approval-refused}, {@code key-unusable}, {@code file-unreadable}
     */
    public Approvals.Accepted approve(PlanFile plan, List<String> authors, Instant now) {
        if (signers.file().isEmpty()) {
            throw AllowedSigners.nobody().asException();
        }
        SshSignature signature = new SigningKey(key).sign(PlanFile.message(plan.digest()));
        List<String> excluded = new ArrayList<>(plan.authors());
        excluded.addAll(authors);
        excluded.add(plan.maker());
        Approval approval = new Approval(key.toString(), signature.armored());
        Approvals judged = Approvals.judge(List.of(approval), plan.digest(), excluded, signers, now);
        if (judged.accepted().isEmpty()) {
            throw Problem.of(Code.APPROVAL_REFUSED, "this approval would not count")
                    .because(String.join("; ", judged.refused()))
                    .help("let somebody approve who is in " + signers.file()
                            + " and has neither made the plan nor committed its scripts")
                    .note("kept: nothing; no signature was written")
                    .asException();
        }
        return judged.accepted().get(0);
    }

    /**
     * Writes an approval beside its plan.
     *
     * @return where it stands
     * @throws LockkeeperException {@code approval-refused} when the person has approved the plan already; {@code
     *     file-exists} when an approval of theirs for another plan is in its place
     */
    public static Path write(Path file, PlanFile plan, Approvals.Accepted approval) {
        Path signature = Approval.file(file, approval.name());
        if (Files.exists(signature)) {
            List<Approval> there = Approval.beside(file).stream()
                    .filter(a -> Path.of(a.source()).getFileName().equals(signature.getFileName()))
                    .filter(a -> isOf(a, plan))
                    .toList();
            if (!there.isEmpty()) {
                throw Problem.of(Code.APPROVAL_REFUSED, approval.name() + " has approved this plan already")
                        .at(Place.of(signature.toString()))
                        .help("the next approval must be of somebody else")
                        .asException();
            }
        }
        PlanFileWriter.write(signature, approval.approval().armored());
        return signature;
    }

    private static boolean isOf(Approval approval, PlanFile plan) {
        try {
            return SshSignature.read(approval.armored()).signs(PlanFile.message(plan.digest()));
        } catch (SshBlob.Malformed e) {
            return false;
        }
    }
}

package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Roles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * A person who approves a plan file. What could not count is not signed.
 *
 * @param key the file of the key
 * @param signers who may sign, by what the repository says now
 * @param roles whose approvals count in the environment of the plan
 */
public record Approver(Path key, AllowedSigners signers, Roles roles) {
    /**
     * Signs the digest of a plan.
     *
     * @param authors who has committed the scripts, by what the repository says now
     * @param now at which the key must count
     * @throws LockkeeperException {@code approval-refused}, {@code key-unusable}, {@code file-unreadable}
     */
    public Approvals.Accepted approve(PlanFile plan, List<String> authors, Instant now) {
        return approve(plan.digest(), plan.involved(authors), now);
    }

    /**
     * The same for another document that is approved by its digest.
     *
     * @param involved who cannot approve it, since they have made it
     */
    public Approvals.Accepted approve(String digest, Collection<String> involved, Instant now) {
        if (signers.file().isEmpty()) {
            throw AllowedSigners.nobody().asException();
        }
        SshSignature signature = new SigningKey(key).sign(SshSignature.PLAN, PlanFile.message(digest));
        Approval approval = new Approval(key.toString(), signature.armored());
        Approvals judged = Approvals.judge(List.of(approval), digest, involved, signers, roles, now);
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
     * Signs a document as the one who has made it, so that nobody makes one in the name of somebody else and approves it then.
     *
     * @param maker as the document names them
     * @throws LockkeeperException {@code approval-refused} when the key is not that of the maker, {@code key-unusable}, {@code
     *     file-unreadable}
     */
    public Approvals.Accepted make(String digest, String maker, Instant now) {
        if (signers.file().isEmpty()) {
            throw AllowedSigners.nobody().asException();
        }
        SshSignature signature = new SigningKey(key).sign(SshSignature.PLAN, PlanFile.message(digest));
        List<Approval> given = List.of(new Approval(key.toString(), signature.armored()));
        return Approvals.maker(given, digest, maker, signers, now).orElseThrow(() -> {
            Approvals judged = Approvals.judge(given, digest, List.of(), signers, Roles.everybody(), now);
            return Problem.of(Code.APPROVAL_REFUSED, "the key is not one of " + maker)
                    .because(
                            judged.accepted().isEmpty()
                                    ? String.join("; ", judged.refused())
                                    : signers.file() + " says that it is of "
                                            + String.join(
                                                    ", ",
                                                    judged.accepted().get(0).names()))
                    .help("name the one who makes it as " + signers.file() + " names the holder of the key: --as NAME")
                    .note("kept: nothing; no signature was written")
                    .asException();
        });
    }

    /** Where an approval stands beside its plan. */
    public static Path file(Path plan, Approvals.Accepted approval) {
        return Approval.file(plan, approval.name());
    }

    /** Whether an approval of the same person for the same plan is there. */
    public static boolean isWritten(Path file, PlanFile plan, Approvals.Accepted approval) {
        Path signature = file(file, approval);
        return Files.exists(signature)
                && Approval.beside(file).stream()
                        .filter(there -> Path.of(there.source()).getFileName().equals(signature.getFileName()))
                        .anyMatch(
                                there -> Approvals.signer(there, plan.digest()).isPresent());
    }

    /**
     * Writes an approval beside its plan.
     *
     * @return where it stands
     * @throws LockkeeperException {@code file-exists} when something else is in its place, such as an approval of another plan
     */
    public static Path write(Path plan, Approvals.Accepted approval) {
        Path signature = file(plan, approval);
        NewFile.write(signature, approval.approval().armored().getBytes(StandardCharsets.UTF_8));
        return signature;
    }

    /** The problem of a person who has approved a plan already. */
    public static Problem again(Approvals.Accepted approval, String file) {
        return Problem.of(Code.APPROVAL_REFUSED, approval.name() + " has approved this plan already")
                .at(Place.of(file))
                .help("the next approval must be of somebody else");
    }
}

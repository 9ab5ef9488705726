package dev.lockkeeper.gate;

import dev.lockkeeper.project.Roles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The approvals of one plan, judged.
 *
 * @param accepted one for each person
 * @param refused why others do not count, in words
 */
public record Approvals(List<Accepted> accepted, List<String> refused) {
    public Approvals {
        accepted = List.copyOf(accepted);
        refused = List.copyOf(refused);
    }

    /**
     * A person who has approved.
     *
     * @param names all names by which the repository knows the person, the first of them to show
     */
    public record Accepted(List<String> names, SshPublicKey key, Approval approval) {
        public Accepted {
            names = List.copyOf(names);
        }

        public String name() {
            return names.get(0);
        }
    }

    /** No approval. */
    static Approvals none() {
        return new Approvals(List.of(), List.of());
    }

    /**
     * Judges what is put forward. A person counts once, whatever keys and names they have.
     *
     * @param digest of the plan
     * @param excluded who may not approve it: who made it, and who wrote its scripts
     * @param roles who may approve, of those whom the repository allows to sign
     * @param now at which keys must count
     */
    public static Approvals judge(
            Collection<Approval> given,
            String digest,
            Collection<String> excluded,
            AllowedSigners signers,
            Roles roles,
            Instant now) {
        List<Accepted> accepted = new ArrayList<>();
        Set<String> refused = new LinkedHashSet<>();
        Set<String> counted = new HashSet<>();
        Set<String> barred = lower(excluded);
        for (Approval approval : given) {
            SshSignature signature;
            try {
                signature = SshSignature.read(approval.armored());
            } catch (SshBlob.Malformed e) {
                refused.add(approval.source() + ": this is no signature that counts: " + e.getMessage());
                continue;
            }
            String who = approval.source() + ": " + signature.key().fingerprint() + ": ";
            if (!signature.namespace().equals(SshSignature.PLAN)) {
                refused.add(who + "the signature is for another purpose: " + printable(signature.namespace()));
            } else if (!signature.signs(PlanFile.message(digest))) {
                refused.add(who + "the signature is not of this plan: it was given for another one, or is forged");
            } else if (signers.judge(signature.key(), SshSignature.PLAN, now)
                    instanceof AllowedSigners.Verdict.Refused no) {
                refused.add(who + no.reason());
            } else if (signers.judge(signature.key(), SshSignature.PLAN, now)
                    instanceof AllowedSigners.Verdict.Allowed person) {
                Set<String> names = lower(person.names());
                if (names.stream().anyMatch(barred::contains)) {
                    refused.add(who + person.names().get(0)
                            + " has made the plan or committed its scripts, and so cannot approve it");
                } else if (!roles.mayApprove(person.names())) {
                    refused.add(who + person.names().get(0) + " is no approver in this environment");
                } else if (names.stream().noneMatch(counted::contains)) {
                    counted.addAll(names);
                    accepted.add(new Accepted(person.names(), signature.key(), approval));
                }
            }
        }
        return new Approvals(accepted, List.copyOf(refused));
    }

    /**
     * Who has made a document, by a signature of theirs; empty when none of them is by a key that counts and that belongs to the name.
     *
     * @param given signatures, those of others among them
     * @param name as the document gives it
     * @param now at which the key must count
     */
    public static Optional<Accepted> maker(
            Collection<Approval> given, String digest, String name, AllowedSigners signers, Instant now) {
        Set<String> wanted = lower(List.of(name));
        return judge(given, digest, List.of(), signers, Roles.everybody(), now).accepted().stream()
                .filter(one -> lower(one.names()).containsAll(wanted))
                .findFirst();
    }

    /** The key that has signed a plan for this purpose; empty when the signature is none of that. */
    public static Optional<SshPublicKey> signer(Approval approval, String digest) {
        try {
            SshSignature signature = SshSignature.read(approval.armored());
            return signature.namespace().equals(SshSignature.PLAN) && signature.signs(PlanFile.message(digest))
                    ? Optional.of(signature.key())
                    : Optional.empty();
        } catch (SshBlob.Malformed e) {
            return Optional.empty();
        }
    }

    static String printable(String namespace) {
        return namespace
                .codePoints()
                .limit(60)
                .collect(
                        StringBuilder::new,
                        (text, c) -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c),
                        StringBuilder::append)
                .toString();
    }

    private static Set<String> lower(Collection<String> names) {
        Set<String> lower = new HashSet<>();
        names.forEach(name -> lower.add(name.strip().toLowerCase(Locale.ROOT)));
        return lower;
    }

    /** For a sentence: the names of those who have approved. */
    String names() {
        return String.join(", ", accepted.stream().map(Accepted::name).toList());
    }
}

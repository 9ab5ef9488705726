package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.project.Signers;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Who may approve, as the repository says it now.
 *
 * @param file where it says so; empty when the project names no such file
 * @param signers in the order of the file
 * @param revoked where the repository says that a key does not count any more, by the key
 */
public record AllowedSigners(String file, List<AllowedSigner> signers, Map<SshPublicKey, Place> revoked) {
    public AllowedSigners {
        signers = List.copyOf(signers);
        revoked = Map.copyOf(revoked);
    }

    /** What is known of the one who has signed. */
    sealed interface Verdict {
        /**
         * A person whose signature counts.
         *
         * @param names those of all lines in which the key counts, at least one
         */
        record Allowed(List<String> names) implements Verdict {}

        /** A key whose signature does not count, and why. */
        record Refused(String reason) implements Verdict {}
    }

    /**
     * Reads the files that a project names.
     *
     * @throws LockkeeperException {@code signers-file} with all lines that cannot be read, {@code file-unreadable}
     */
    public static AllowedSigners read(Signers files) {
        // as ssh-keygen takes a time that names no zone
        return read(files, ZoneId.systemDefault());
    }

    /** The same with another zone for times that name none. */
    public static AllowedSigners read(Signers files, ZoneId zone) {
        Path allowed = files.allowed();
        Path revoked = files.revoked();
        return read(
                allowed == null ? "" : ScriptReader.display(allowed),
                allowed == null ? "" : ScriptReader.read(allowed),
                revoked == null ? "" : ScriptReader.display(revoked),
                revoked == null ? "" : ScriptReader.read(revoked),
                zone);
    }

    /**
     * Reads the texts of such files.
     *
     * @param allowed the name of the file of allowed signers; empty when there is none
     * @param revoked the name of the file of revoked keys
     * @param zone in which times are meant that name none
     * @throws LockkeeperException {@code signers-file} with all lines that cannot be read
     */
    public static AllowedSigners read(
            String allowed, String allowedText, String revoked, String revokedText, ZoneId zone) {
        List<Problem> problems = new ArrayList<>();
        List<AllowedSigner> signers = new ArrayList<>();
        Map<SshPublicKey, Place> gone = new HashMap<>();
        lines(allowed, allowedText, problems, (line, place) -> signers.add(SignerLine.signer(line, place, zone)));
        lines(revoked, revokedText, problems, (line, place) -> {
            SshPublicKey key = SignerLine.key(line, place);
            if (key != null) {
                gone.put(key, place);
            }
        });
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return new AllowedSigners(allowed, signers, gone);
    }

    private static void lines(String shown, String text, List<Problem> problems, BiConsumer<String, Place> reader) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                reader.accept(line, new Place(shown, i + 1, 1, lines.get(i)));
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
            }
        }
    }

    /** What the files say of a key for a purpose at a time. */
    Verdict judge(SshPublicKey key, String namespace, Instant now) {
        Place gone = revoked.get(key);
        if (gone != null) {
            return new Verdict.Refused("its key is revoked (" + gone + ")");
        }
        if (file.isEmpty()) {
            return new Verdict.Refused("the project names no file of allowed signers");
        }
        String reason = "its key is not in " + file + ": it was removed, or was never there";
        Set<String> names = new LinkedHashSet<>();
        for (AllowedSigner signer : signers) {
            if (key.equals(signer.key())) {
                Optional<String> objection = signer.objection(namespace, now);
                if (objection.isEmpty()) {
                    names.addAll(signer.principals().patterns());
                } else {
                    reason = objection.get();
                }
            }
        }
        return names.isEmpty() ? new Verdict.Refused(reason) : new Verdict.Allowed(List.copyOf(names));
    }

    /**
     * How many persons may approve a plan: at most, since of one plan its maker and the authors of its scripts may not.
     *
     * @param roles who may approve, of those whom the files allow to sign
     * @param now at which keys must count
     */
    public int approvers(Roles roles, Instant now) {
        Set<String> counted = new HashSet<>();
        int persons = 0;
        for (AllowedSigner signer : signers) {
            SshPublicKey key = signer.key();
            if (key == null
                    || !(judge(key, SshSignature.PLAN, now) instanceof Verdict.Allowed person)
                    || !roles.mayApprove(person.names())) {
                continue;
            }
            Set<String> names = alike(person.names().stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList());
            if (names.stream().noneMatch(counted::contains)) {
                persons++;
            }
            counted.addAll(names);
        }
        return persons;
    }

    /**
     * All names of the persons who have some: a line that shares a name or a key with another one is of the same person, whether its key
     * counts or not.
     *
     * @param names in lower case
     * @return in lower case, those that were given among them
     */
    Set<String> alike(Collection<String> names) {
        Set<String> all = new HashSet<>(names);
        Set<SshPublicKey> keys = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (AllowedSigner signer : signers) {
                List<String> theirs = signer.principals().patterns().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList();
                SshPublicKey key = signer.key();
                if (signer.principals().isPlain()
                        && ((key != null && keys.contains(key))
                                || theirs.stream().anyMatch(all::contains))) {
                    boolean named = all.addAll(theirs);
                    boolean held = key != null && keys.add(key);
                    more |= named || held;
                }
            }
        }
        return all;
    }

    /** The problem of a project that demands approvals and names nobody who may give them. */
    static Problem nobody() {
        return Problem.of(Code.SIGNERS_FILE, "the project names no file of allowed signers")
                .help("write approval: and under it signers: FILE in lockkeeper.yaml");
    }
}

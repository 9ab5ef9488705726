package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.CommentFile;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Signers;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts a bundle together. The same input makes the same bytes.
 *
 * @param tool the version of Lockkeeper
 * @param plan the plan
 * @param text of its file
 * @param signers who may approve, by what the project says now
 * @param demands of its environment
 */
public record Collector(String tool, PlanFile plan, String text, Signers signers, Demands demands) {
    /**
     * Collects.
     *
     * @param given approvals; those of other plans are left out
     * @param comments on the plan; those on others are left out
     * @param files what commands have printed as JSON
     * @param recorded what the records of its databases say; none when they were not asked
     * @param key the file of the key that signs the bundle; null for none
     * @throws LockkeeperException {@code evidence-unfit} when something of it does not belong to the plan, {@code
     *     signers-file}, {@code key-unusable}, {@code file-unreadable}
     */
    public Bundle collect(
            List<Approval> given,
            List<Comment> comments,
            List<Path> files,
            List<Recorded> recorded,
            @Nullable Path key) {
        List<Part> parts = new ArrayList<>(List.of(new Part(Part.PLAN, text)));
        Path allowed = signers.allowed();
        if (allowed != null) {
            parts.add(new Part(Part.SIGNERS, ScriptReader.read(allowed)));
        }
        Path revoked = signers.revoked();
        if (revoked != null) {
            parts.add(new Part(Part.REVOKED, ScriptReader.read(revoked)));
        }
        int number = 0;
        for (String armored : approvals(given, recorded)) {
            parts.add(new Part("approvals/" + ++number + ".sig", armored));
        }
        number = 0;
        for (String comment : comments(comments, recorded)) {
            parts.add(new Part("comments/" + ++number + ".json", comment));
        }
        Map<String, Integer> numbers = new HashMap<>();
        Map<String, String> sources = new HashMap<>();
        for (Path file : files) {
            String content = ScriptReader.read(file);
            String kind = Release.kind(Facts.read(ScriptReader.display(file), content));
            String name = kind + "-" + numbers.merge(kind, 1, Integer::sum) + ".json";
            parts.add(new Part(name, content));
            sources.put(name, ScriptReader.display(file));
        }
        if (!recorded.isEmpty()) {
            parts.add(new Part(Part.OUTCOME, Recorded.text(plan, recorded)));
        }
        try {
            ZoneId zone = zone();
            return Bundle.of(new Manifest(tool, plan.digest(), demands, zone, List.of()), parts, key);
        } catch (LockkeeperException e) {
            // who collects knows files, and no parts of a bundle that is not written
            throw new LockkeeperException(
                    e.problems().stream()
                            .map(problem -> inFile(problem, sources))
                            .toList(),
                    e);
        }
    }

    /** That of this machine where the files of signers name times without one, else none that differs between machines. */
    private ZoneId zone() {
        ZoneId here = ZoneId.systemDefault();
        return AllowedSigners.read(signers, here).equals(AllowedSigners.read(signers, ZoneOffset.UTC))
                ? ZoneOffset.UTC
                : here;
    }

    private static Problem inFile(Problem problem, Map<String, String> sources) {
        Place place = problem.place();
        String file = place == null ? null : sources.get(place.file());
        return file == null ? problem : problem.at(Place.of(file));
    }

    /** Each once, wherever it is kept. */
    private TreeSet<String> comments(List<Comment> given, List<Recorded> recorded) {
        List<Comment> all = new ArrayList<>(given);
        recorded.forEach(one -> all.addAll(one.comments()));
        TreeSet<String> texts = new TreeSet<>();
        all.stream()
                .filter(comment -> comment.plan().equals(plan.digest()))
                .forEach(comment -> texts.add(CommentFile.text(comment)));
        return texts;
    }

    /** Each once, wherever it is kept. */
    private TreeSet<String> approvals(List<Approval> given, List<Recorded> recorded) {
        List<Approval> all = new ArrayList<>(given);
        recorded.forEach(one -> all.addAll(one.approvals()));
        TreeSet<String> texts = new TreeSet<>();
        for (Approval approval : all) {
            if (Approvals.signer(approval, plan.digest()).isPresent()) {
                texts.add(approval.armored().strip() + "\n");
            }
        }
        return texts;
    }
}

package dev.lockkeeper.evidence;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bundle consists of. The digest of its text is that of the whole bundle.
 *
 * @param tool the version of Lockkeeper that has put it together
 * @param plan the digest of the plan
 * @param demands of the environment then
 * @param zone in which the files of signers mean times that name none
 */
record Manifest(String tool, String plan, Demands demands, ZoneId zone, List<Entry> parts) {
    static final String SCHEMA = "lockkeeper/evidence-manifest/v1";

    Manifest {
        parts = List.copyOf(parts);
    }

    /**
     * One part.
     *
     * @param bytes how long it is
     * @param sha256 64 hexadecimal digits
     */
    record Entry(String name, long bytes, String sha256) {
        static Entry of(Part part) {
            return new Entry(part.name(), part.bytes().length, part.digest());
        }
    }

    /** @throws LockkeeperException {@code evidence-unfit} */
    static Manifest read(String text) {
        Facts facts = Facts.read(Part.MANIFEST, text);
        if (!facts.schema().equals(SCHEMA)) {
            throw Unfit.problem(
                            Part.MANIFEST,
                            "the bundle is of the form " + facts.schema() + ", and " + SCHEMA + " is needed")
                    .because("another version of Lockkeeper has written it")
                    .asException();
        }
        Manifest manifest = new Manifest(
                facts.text("tool"),
                facts.text("plan"),
                new Demands(
                        (int) Math.min(Math.max(0, facts.number("approvalsDemanded")), Integer.MAX_VALUE),
                        facts.texts("approvers")),
                zone(facts.text("zone")),
                facts.objects("parts").stream()
                        .map(part -> new Entry(part.text("name"), part.number("bytes"), part.text("sha256")))
                        .toList());
        if (!manifest.text().equals(text)) {
            throw Unfit.problem(Part.MANIFEST, "the manifest is not as Lockkeeper writes it")
                    .because("it was changed, or has fields that are not known")
                    .asException();
        }
        return manifest;
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw Unfit.problem(Part.MANIFEST, "there is no time zone " + name).asException(e);
        }
    }

    String text() {
        return Json.object(
                        SCHEMA,
                        json -> json.put("tool", tool)
                                .put("plan", plan)
                                .put("approvalsDemanded", demands.approvals())
                                .texts("approvers", demands.approvers())
                                .put("zone", zone.getId())
                                .array(
                                        "parts",
                                        parts,
                                        (j, part) -> j.put("name", part.name())
                                                .put("bytes", part.bytes())
                                                .put("sha256", part.sha256())))
                + "\n";
    }

    /**
     * Compares it with what is there.
     *
     * @param found all but the manifest itself and its seal
     * @throws LockkeeperException {@code evidence-unfit} with each part that is missing, changed, or not named
     */
    void require(List<Part> found) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Part> there = new HashMap<>();
        found.forEach(part -> there.put(part.name(), part));
        for (Entry named : parts) {
            Part part = there.remove(named.name());
            if (part == null) {
                problems.add(Unfit.problem(named.name(), "the part " + named.name() + " is missing"));
            } else if (!Entry.of(part).equals(named)) {
                problems.add(Unfit.problem(named.name(), "the part " + named.name() + " was changed")
                        .because("its SHA-256 is " + part.digest() + ", and the manifest names " + named.sha256()));
            }
        }
        there.keySet().stream()
                .sorted()
                .forEach(name -> problems.add(
                        Unfit.problem(name, "the part " + name + " was put in: the manifest does not name it")));
        if (problems.isEmpty() && !found.stream().map(Entry::of).toList().equals(parts)) {
            problems.add(Unfit.problem(Part.MANIFEST, "the parts stand in another order than the manifest names"));
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }
}

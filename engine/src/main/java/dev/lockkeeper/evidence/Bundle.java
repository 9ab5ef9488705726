package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.gate.Seal;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What shows a release, as one file: the plan and what was found, seen, proven, approved and done of it. Immutable. */
public final class Bundle {
    private final Manifest manifest;
    private final List<String> names;
    private final @Nullable Seal seal;
    private final List<Check> checks;
    private final byte[] bytes;

    private Bundle(Manifest manifest, List<Part> parts, @Nullable Seal seal, List<Check> checks, byte[] bytes) {
        this.manifest = manifest;
        this.names = parts.stream().map(Part::name).toList();
        this.seal = seal;
        this.checks = List.copyOf(checks);
        this.bytes = bytes;
    }

    /** The digest of the whole: SHA-256 of its manifest, with {@code sha256:} before it. */
    public String digest() {
        return "sha256:" + new Part(Part.MANIFEST, manifest.text()).digest();
    }

    /** The digest of the plan. */
    public String plan() {
        return manifest.plan();
    }

    /** The names of its files, in their order. */
    public List<String> names() {
        return names;
    }

    /** Who has signed it; empty when nobody has. */
    public Optional<Seal> seal() {
        return Optional.ofNullable(seal);
    }

    /** What was looked at, and how it was. */
    public List<Check> checks() {
        return checks;
    }

    /**
     * Writes it as a zip file.
     *
     * @throws LockkeeperException {@code file-exists}, {@code file-unreadable}
     */
    public void write(Path file) {
        NewFile.write(file, bytes);
    }

    /**
     * Puts a bundle together and looks at it as {@link #read} does.
     *
     * @param key the file of the key that signs it; null for none
     * @throws LockkeeperException {@code evidence-unfit} when what was given does not belong to one release
     */
    static Bundle of(Manifest draft, List<Part> content, @Nullable Path key) {
        Release release = Release.of(content, draft.demands(), draft.zone());
        List<Check> checks = checks(release);
        List<Problem> unfit = checks.stream()
                .flatMap(check -> check.problems().stream())
                .filter(problem -> problem.code() != Code.EVIDENCE_LACKING)
                .toList();
        if (!unfit.isEmpty()) {
            throw new LockkeeperException(unfit);
        }
        List<Part> parts = new ArrayList<>(List.of(new Part(Part.PAGE, new Page(release, checks).text())));
        parts.addAll(content);
        Manifest manifest = new Manifest(
                draft.tool(),
                release.plan().digest(),
                draft.demands(),
                draft.zone(),
                parts.stream().map(Manifest.Entry::of).toList());
        List<Part> all = new ArrayList<>();
        Part first = new Part(Part.MANIFEST, manifest.text());
        all.add(first);
        @Nullable Seal seal = key == null ? null : Seal.sign(key, first.bytes());
        if (seal != null) {
            all.add(new Part(Part.SEAL, seal.armored()));
        }
        all.addAll(parts);
        byte[] bytes = Archive.write(all);
        if (bytes.length > Archive.LARGEST) {
            throw Unfit.problem("the bundle", "the bundle would have " + bytes.length + " bytes")
                    .because("a bundle has at most " + Archive.LARGEST)
                    .help("rehearse and judge the scripts of the plan alone: --after VERSION")
                    .asException();
        }
        return new Bundle(manifest, all, seal, checks, bytes);
    }

    /**
     * Reads a bundle and looks at everything that can be looked at without a network and without a database.
     *
     * @param tool the version of this Lockkeeper, which can draw the page of a bundle of its own again
     * @param own who may approve by what the caller knows; null to believe the bundle
     * @throws LockkeeperException {@code evidence-unfit} when a part was changed, removed, put in or doubled, {@code
     *     plan-altered}, {@code signers-file}, {@code file-unreadable}
     */
    public static Bundle read(Path file, String tool, @Nullable AllowedSigners own) {
        byte[] bytes = content(file);
        List<Part> all = Archive.read(ScriptReader.display(file), bytes);
        Part first = all.get(0);
        if (!first.name().equals(Part.MANIFEST)) {
            throw Unfit.problem(ScriptReader.display(file), "the part " + Part.MANIFEST + " is missing")
                    .because("a bundle begins with it")
                    .asException();
        }
        Manifest manifest = Manifest.read(first.text());
        Optional<Part> sealed =
                all.stream().filter(part -> part.name().equals(Part.SEAL)).findFirst();
        List<Part> parts = all.subList(1, all.size()).stream()
                .filter(part -> !part.name().equals(Part.SEAL))
                .toList();
        manifest.require(parts);
        List<Part> content =
                parts.stream().filter(part -> !part.name().equals(Part.PAGE)).toList();
        Release release = Release.of(content, manifest.demands(), manifest.zone());
        List<Check> checks = new ArrayList<>(checks(release));
        List<Problem> apart = new ArrayList<>();
        if (!release.plan().digest().equals(manifest.plan())) {
            apart.add(Unfit.problem(Part.MANIFEST, "the manifest names another plan: " + manifest.plan()));
        }
        if (manifest.tool().equals(tool)) {
            String page = new Page(release, checks).text();
            if (parts.stream().noneMatch(part -> part.equals(new Part(Part.PAGE, page)))) {
                apart.add(Unfit.problem(Part.PAGE, "the page does not tell what the bundle holds"));
            }
        }
        String holds = PlanReport.count(parts.size(), "part") + ", none of them changed"
                + (manifest.tool().equals(tool)
                        ? ""
                        : "; the page was drawn by Lockkeeper " + manifest.tool() + " and not compared");
        checks.add(0, new Check("parts", holds, apart));
        @Nullable
        Seal seal = sealed.flatMap(part -> Seal.of(part.text(), first.bytes())).orElse(null);
        checks.add(1, seal(seal, sealed.isPresent(), own, release.signers(), release.began()));
        if (own != null) {
            checks.add(new Approved(release).check(own));
        }
        return new Bundle(manifest, all, seal, checks, bytes);
    }

    private static Check seal(
            @Nullable Seal seal, boolean there, @Nullable AllowedSigners own, AllowedSigners signers, Instant when) {
        if (seal == null) {
            return new Check(
                    "signature",
                    "the bundle is not signed",
                    there
                            ? List.of(Unfit.problem(Part.SEAL, "the signature is not of this bundle"))
                            : own == null
                                    ? List.of()
                                    : List.of(Problem.of(Code.EVIDENCE_LACKING, "the bundle is not signed")
                                            .because("so nobody answers for what was left out of it")));
        }
        AllowedSigners judge = own == null ? signers : own;
        Optional<String> objection = seal.objection(judge, when);
        return new Check(
                "signature",
                seal.person(judge, when)
                        .map(person -> "signed by " + person)
                        .orElse("signed with the key " + seal.key().fingerprint()),
                own == null
                        ? List.of()
                        : objection.stream()
                                .map(reason -> Unfit.problem(Part.SEAL, "the signature does not count by " + own.file())
                                        .because(reason))
                                .toList());
    }

    private static byte[] content(Path file) {
        try {
            if (Files.size(file) > Archive.LARGEST) {
                throw Unfit.problem(ScriptReader.display(file), "the file is larger than any bundle")
                        .because("a bundle has at most " + Archive.LARGEST + " bytes")
                        .asException();
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the bundle cannot be read: " + e)
                    .at(Place.of(ScriptReader.display(file)))
                    .help("check the path")
                    .asException(e);
        }
    }

    static List<Check> checks(Release release) {
        Prepared prepared = new Prepared(release);
        Production production = new Production(release);
        return List.of(
                prepared.findings(),
                prepared.rehearsal(),
                prepared.proof(),
                new Approved(release).check(),
                new Commented(release).check(),
                production.runs(),
                production.outcome());
    }
}

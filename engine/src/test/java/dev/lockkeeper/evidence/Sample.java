package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approver;
import dev.lockkeeper.gate.DatabaseIdentity;
import dev.lockkeeper.gate.Keys;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileWriter;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.project.Signers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A release of two scripts, of which everything is as it should be, and what a forger would make of it. */
final class Sample {
    static final String TOOL = "1.2.3";
    static final String ONE = "sha256-lf:" + "1".repeat(64);
    static final String TWO = "sha256-lf:" + "2".repeat(64);
    static final Demands DEMANDS = new Demands(2, List.of());
    private static final Instant DAY = Instant.parse("2026-06-01T12:00:00Z");

    private final Path folder;
    private final Keys keys;

    /** One whose keys are not made yet. */
    Sample() {
        this.folder = Path.of("");
        this.keys = new Keys(folder);
    }

    Sample(Path folder) {
        this.folder = folder;
        this.keys = new Keys(folder);
        List.of("anna", "ben", "mallory").forEach(keys::make);
        text(Part.SIGNERS, signers("anna", "ben"));
        text(Part.REVOKED, "# none\n");
    }

    String signers(String... names) {
        StringBuilder lines = new StringBuilder();
        for (String name : names) {
            lines.append(name)
                    .append("@example.com namespaces=\"lockkeeper-plan,lockkeeper-evidence\" ")
                    .append(keys.line(name))
                    .append('\n');
        }
        return lines.toString();
    }

    Path key(String name) {
        return keys.file(name);
    }

    Path text(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    AllowedSigners own(String... names) {
        return AllowedSigners.read(new Signers(text("own_signers", signers(names)), null));
    }

    static PlanFile plan(String project) {
        return new PlanFile(
                TOOL,
                project,
                "production",
                "carl@example.com",
                List.of("dora@example.com"),
                DAY,
                DAY.plusSeconds(3600),
                null,
                List.of(new PlanPart(
                        "main",
                        Direction.UP,
                        null,
                        new DatabaseIdentity("7301", 16384, "shop", 18),
                        "sha256:" + "a".repeat(64),
                        Map.of(),
                        List.of(
                                new PlannedStep("1", "first", "m/V1__first.sql", ONE, ONE, ONE, 0, 1, "transaction"),
                                new PlannedStep(
                                        "2", "second", "m/V2__second.sql", TWO, TWO, TWO, 0, 2, "transaction")))));
    }

    static String text(PlanFile plan) {
        Path file = Path.of("");
        try {
            file = Files.createTempDirectory("plan").resolve("plan.json");
            PlanFileWriter.write(file, plan);
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String approval(String name, PlanFile plan) {
        return new Approver(key(name), own("anna", "ben", "mallory"), Roles.everybody())
                .approve(plan, List.of(), DAY)
                .approval()
                .armored();
    }

    /** All parts but the page and the manifest; a part that is changed to null is left out. */
    List<Part> content(Map<String, @Nullable String> changes) {
        PlanFile plan = plan("shop");
        List<Part> all = new ArrayList<>(List.of(
                new Part(Part.PLAN, text(plan)),
                new Part(Part.SIGNERS, signers("anna", "ben")),
                new Part(Part.REVOKED, "# none\n"),
                new Part("approvals/1.sig", approval("anna", plan)),
                new Part("approvals/2.sig", approval("ben", plan)),
                new Part("findings-1.json", FINDINGS),
                new Part("rehearsal-1.json", REHEARSAL),
                new Part("smoke-1.json", SMOKE),
                new Part("run-1.json", RUN.replace("DIGEST", plan.digest())),
                new Part(Part.OUTCOME, outcome(plan))));
        List<Part> content = new ArrayList<>();
        for (Part part : all) {
            @Nullable String text = changes.containsKey(part.name()) ? changes.get(part.name()) : part.text();
            if (text != null) {
                content.add(new Part(part.name(), text));
            }
        }
        changes.forEach((name, text) -> {
            if (text != null && all.stream().noneMatch(part -> part.name().equals(name))) {
                content.add(new Part(name, text));
            }
        });
        return content;
    }

    String outcome(PlanFile plan) {
        return OUTCOME.replace("DIGEST", plan.digest())
                .replace("KEY1", fingerprint("anna"))
                .replace("KEY2", fingerprint("ben"));
    }

    String fingerprint(String name) {
        return Objects.requireNonNull(own(name).signers().get(0).key()).fingerprint();
    }

    static Manifest draft() {
        return new Manifest(TOOL, "", DEMANDS, ZoneOffset.UTC, List.of());
    }

    /** What somebody makes who has this program and forges: each digest fits. */
    static List<Part> forged(List<Part> content) {
        Release release = Release.of(content, DEMANDS, ZoneOffset.UTC);
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Part.PAGE, new Page(release, Bundle.checks(release)).text()));
        parts.addAll(content);
        return named(release.plan().digest(), parts);
    }

    /** The parts, with a manifest that names them. */
    static List<Part> named(String plan, List<Part> parts) {
        Manifest manifest = new Manifest(
                TOOL,
                plan,
                DEMANDS,
                ZoneOffset.UTC,
                parts.stream().map(Manifest.Entry::of).toList());
        List<Part> all = new ArrayList<>(List.of(new Part(Part.MANIFEST, manifest.text())));
        all.addAll(parts);
        return all;
    }

    static final String FINDINGS = """
            {"schema":"lockkeeper/findings/v1","serverVersion":"18.0","scripts":[
            {"component":"main","version":"1","file":"m/V1__first.sql","checksum":"%1$s","renderedChecksum":"%1$s"},
            {"component":"main","version":"2","file":"m/V2__second.sql","checksum":"%2$s","renderedChecksum":"%2$s"}],
            "findings":[{"rule":"LK09","severity":"warning","component":"main","version":"2","file":"m/V2__second.sql","line":1,
            "column":1,"object":"app.t","message":"writes of app.t wait","help":"build it concurrently","allowed":"t is small"}],
            "errors":[]}
            """.formatted(ONE, TWO);
    static final String REHEARSAL = """
            {"schema":"lockkeeper/rehearsal/v1","serverVersion":"18.0","migrations":[
            {"component":"main","version":"1","checksum":"%1$s","renderedChecksum":"%1$s","statementByStatement":false,"rows":0,"statements":[]},
            {"component":"main","version":"2","checksum":"%2$s","renderedChecksum":"%2$s","statementByStatement":false,"rows":3,"statements":[
            {"sql":"create index t_name_idx on app.t (name)","line":1,
            "locks":[{"relation":"app.t","index":false,"mode":"SHARE"}],"rewrites":[],
            "scans":[{"relation":"app.t","passes":1}],"rows":[],"notes":[]},
            {"sql":"update app.t set name = ''","line":2,"locks":[{"relation":"app.t","index":false,"mode":"ROW EXCLUSIVE"}],
            "rewrites":[{"relation":"app.t","index":false,"emptied":false}],"scans":[],
            "rows":[{"relation":"app.t","inserted":0,"updated":3,"deleted":0}],"notes":["what a trigger does elsewhere"]}]}],
            "error":null}
            """.formatted(ONE, TWO);
    static final String SMOKE = """
            {"schema":"lockkeeper/smoke/v1","migrations":[
            {"component":"main","version":"1","checksum":"%1$s","downChecksum":"%1$s","verdict":"restores","reapply":"ok"},
            {"component":"main","version":"2","checksum":"%2$s","downChecksum":"%2$s","verdict":"restores","reapply":"ok"}]}
            """.formatted(ONE, TWO);
    static final String RUN = """
            {"schema":"lockkeeper/run/v1","direction":"apply","components":[{"component":"main","digest":"DIGEST",
            "approvers":["anna@example.com","ben@example.com"],"emergency":null,"run":"4d0e1f5e-0000-4000-8000-000000000001",
            "startedAt":"2026-06-01T12:30:00.5Z","steps":[
            {"version":"1","durationMs":12,"resumed":false,"rows":0,"attempts":1,"blockedBy":[]},
            {"version":"2","durationMs":4321,"resumed":false,"rows":700,"attempts":3,
            "blockedBy":["process 77 (app), in a transaction for 9 s: select 1"]}]}],
            "errors":[]}
            """;
    private static final String OUTCOME = """
            {"schema":"lockkeeper/outcome/v1","plan":"DIGEST","components":[{"component":"main","database":"shop","steps":[
            {"name":"1","state":"applied","checksum":"%1$s","renderedChecksum":"%1$s","at":"2026-06-01T12:30:01Z","by":"deploy",
            "run":"4d0e1f5e-0000-4000-8000-000000000001","durationMs":11,"rows":0},
            {"name":"2","state":"applied","checksum":"%2$s","renderedChecksum":"%2$s","at":"2026-06-01T12:30:05Z","by":"deploy",
            "run":"4d0e1f5e-0000-4000-8000-000000000001","durationMs":4310,"rows":1200}],
            "runs":[{"run":"4d0e1f5e-0000-4000-8000-000000000001","command":"apply","by":"deploy","host":"runner-1",
            "startedAt":"2026-06-01T12:30:00Z","endedAt":"2026-06-01T12:30:06Z"}]}],
            "keys":["KEY1","KEY2"],"emergencies":[]}
            """.formatted(ONE, TWO);
}

package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.CommentFile;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileReader;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A release as the parts of its bundle tell it.
 *
 * @param demands of its environment
 * @param signers who might approve when the bundle was put together
 * @param comments that were on the plan
 * @param findings what rules said
 * @param rehearsals what statements did on a throw-away server
 * @param proofs what rollbacks restore
 * @param runs what commands said as they ended
 * @param outcome what the record says; empty when it was not asked
 */
record Release(
        PlanFile plan,
        Demands demands,
        AllowedSigners signers,
        List<Approval> approvals,
        List<Comment> comments,
        List<Facts> findings,
        List<Facts> rehearsals,
        List<Facts> proofs,
        List<Facts> runs,
        Optional<Facts> outcome) {
    private static final Map<String, String> FORMS = Map.of(
            "lockkeeper/findings/v1", "findings",
            "lockkeeper/check/v1", "check",
            "lockkeeper/rehearsal/v1", "rehearsal",
            "lockkeeper/smoke/v1", "smoke",
            "lockkeeper/run/v1", "run");

    /**
     * What a part is called that a command has printed.
     *
     * @throws LockkeeperException {@code evidence-unfit} for what no bundle takes
     */
    static String kind(Facts facts) {
        String kind = FORMS.get(facts.schema());
        if (kind == null) {
            throw Unfit.problem(facts.source(), "evidence is not made of " + facts.schema())
                    .help("give what lint, rehearse, smoke, check, apply and rollback print with --output json")
                    .asException();
        }
        return kind;
    }

    /**
     * Reads the parts.
     *
     * @throws LockkeeperException {@code evidence-unfit} when one is not what its name says, {@code plan-altered}, {@code
     *     signers-file}
     */
    static Release of(List<Part> parts, Demands demands, ZoneId zone) {
        Map<String, String> texts = new HashMap<>();
        parts.forEach(part -> texts.put(part.name(), part.text()));
        Map<String, List<Facts>> documents = new HashMap<>();
        for (Part part : parts) {
            String name = part.name();
            int dash = name.indexOf('-');
            if (dash > 0 && name.endsWith(".json")) {
                Facts facts = Facts.read(name, part.text());
                if (!kind(facts).equals(name.substring(0, dash))) {
                    throw Unfit.problem(name, "the part " + name + " is of the form " + facts.schema())
                            .asException();
                }
                documents
                        .computeIfAbsent(kind(facts), kind -> new ArrayList<>())
                        .add(facts);
            }
        }
        List<Facts> checks = documents.getOrDefault("check", List.of());
        return new Release(
                plan(texts.getOrDefault(Part.PLAN, "")),
                demands,
                AllowedSigners.read(
                        texts.containsKey(Part.SIGNERS) ? Part.SIGNERS : "",
                        texts.getOrDefault(Part.SIGNERS, ""),
                        Part.REVOKED,
                        texts.getOrDefault(Part.REVOKED, ""),
                        zone),
                parts.stream()
                        .filter(part -> part.name().startsWith("approvals/"))
                        .map(part -> new Approval(part.name(), part.text()))
                        .toList(),
                parts.stream()
                        .filter(part -> part.name().startsWith("comments/"))
                        .map(part -> comment(part.name(), part.text()))
                        .toList(),
                both(documents.get("findings"), checks, "lint"),
                documents.getOrDefault("rehearsal", List.of()),
                both(documents.get("smoke"), checks, "smoke"),
                documents.getOrDefault("run", List.of()),
                Optional.ofNullable(texts.get(Part.OUTCOME)).map(Release::outcome));
    }

    private static Facts outcome(String text) {
        Facts facts = Facts.read(Part.OUTCOME, text);
        if (!facts.schema().equals(Recorded.SCHEMA)) {
            throw Unfit.problem(Part.OUTCOME, "the part " + Part.OUTCOME + " is of the form " + facts.schema())
                    .asException();
        }
        return facts;
    }

    private static Comment comment(String name, String text) {
        try {
            return CommentFile.read(name, text);
        } catch (LockkeeperException e) {
            throw new LockkeeperException(
                    e.problems().stream()
                            .map(problem -> problem.as(Code.EVIDENCE_UNFIT).help(null))
                            .toList(),
                    e);
        }
    }

    private static PlanFile plan(String text) {
        try {
            return PlanFileReader.read(Part.PLAN, text);
        } catch (LockkeeperException e) {
            // the file was whole when it was put in
            throw new LockkeeperException(
                    e.problems().stream()
                            .map(p -> p.code() == Code.PLAN_FILE
                                    ? p.as(Code.EVIDENCE_UNFIT).help(null)
                                    : p)
                            .toList(),
                    e);
        }
    }

    private static List<Facts> both(@Nullable List<Facts> own, List<Facts> checks, String field) {
        return Stream.concat(
                        own == null ? Stream.of() : own.stream(),
                        checks.stream().flatMap(check -> check.objectOrNone(field).stream()))
                .toList();
    }

    /** What the record says of a step; empty when it does not know it, or was not asked. */
    Optional<Facts> recorded(PlanPart part, PlannedStep step) {
        return outcome.stream()
                .flatMap(facts -> facts.objects("components").stream())
                .filter(component -> component.text("component").equals(part.component()))
                .flatMap(component -> component.objects("steps").stream())
                .filter(done -> isOf(done.text("name"), step))
                .reduce((first, last) -> last);
    }

    /** What commands said of a step that they did. */
    Optional<Facts> reported(PlanPart part, PlannedStep step) {
        return reports(part)
                .flatMap(component -> component.objects("steps").stream())
                .filter(done -> isOf(done.text("version"), step))
                .reduce((first, last) -> last);
    }

    /** What commands said of a component. */
    Stream<Facts> reports(PlanPart part) {
        return runs.stream()
                .flatMap(run -> run.objects("components").stream())
                .filter(component -> component.text("component").equals(part.component()));
    }

    /** What a rehearsal saw of the statements of a step; no command rehearses a way back. */
    Optional<Facts> rehearsed(PlanPart part, PlannedStep step) {
        return rehearsals.stream()
                .filter(rehearsal -> part.direction() == Direction.UP)
                .flatMap(rehearsal -> rehearsal.objects("migrations").stream())
                .filter(migration -> migration.text("component").equals(part.component())
                        && isOf(migration.text("version"), step)
                        && step.checksum().equals(migration.textOrNull("checksum")))
                .findFirst();
    }

    /** Whether a name is that of a step, however its number is padded. */
    static boolean isOf(String name, PlannedStep step) {
        return PlannedStep.key(name).equals(PlannedStep.key(step.name()));
    }

    /** Why the plan went through without what the environment demands; empty when it did not. */
    Optional<String> emergency() {
        return Stream.concat(
                        outcome.stream()
                                .flatMap(facts -> facts.objects("emergencies").stream())
                                .map(emergency -> emergency.text("reason")),
                        runs.stream()
                                .flatMap(run -> run.objects("components").stream())
                                .flatMap(component -> Stream.ofNullable(component.textOrNull("emergency"))))
                .findFirst();
    }

    /** When production began with it; when the plan was made, if nothing says. */
    Instant began() {
        return Stream.concat(
                        outcome.stream()
                                .flatMap(facts -> facts.objects("components").stream())
                                .flatMap(component -> component.objects("runs").stream()),
                        runs.stream().flatMap(run -> run.objects("components").stream()))
                .flatMap(run -> Stream.ofNullable(run.textOrNull("startedAt")))
                .map(Release::instant)
                .min(Instant::compareTo)
                .orElse(plan.madeAt());
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Unfit.problem(Part.OUTCOME, text + " is not a time").asException(e);
        }
    }
}

package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.History;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Tokens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gate for a plan file: exactly what it says passes, or nothing. What an interrupted run has done of it already is no change.
 *
 * @param part of the component that is to be run
 * @param given signatures that lie beside the file; the record has more
 * @param comments reads those that lie beside the file; the record has more
 * @param authors who has committed the scripts by what the repository says now
 * @param emergency why it shall pass without approvals and outside of the windows; null when it shall not
 */
public record PlanGate(
        EnvironmentRules rules,
        GateRecord record,
        PlanFile file,
        PlanPart part,
        Tokens tokens,
        String project,
        String tool,
        List<Approval> given,
        Supplier<List<Comment>> comments,
        List<String> authors,
        AllowedSigners signers,
        @Nullable String emergency)
        implements Gate {
    /** What to ask for so that what is left of the plan is planned. */
    public Request request(History history) {
        return part.request(history);
    }

    @Override
    public Admission admit(Session session, History history, Plan plan) {
        Plan rest = rest(plan, history);
        DatabaseIdentity.Sighting sighting = DatabaseIdentity.of(session);
        if (part.steps().stream().allMatch(step -> step.isDone(part.direction(), history))) {
            part.otherDatabase(sighting.database()).ifPresent(problem -> {
                throw advised(problem).asException();
            });
            return Admission.free(plan.only(step -> false));
        }
        record.requireNamed(session, rules);
        String digest = file.digest();
        List<Problem> problems = new ArrayList<>(apart());
        rules.closed().ifPresent(problems::add);
        rules.operator(sighting.login()).ifPresent(problems::add);
        rules.authors(file.maker(), committers()).ifPresent(problems::add);
        problems.addAll(
                part.changes(PlanPart.of(rest, part.request(history), tokens, history, sighting.database()), history));
        if (record.isTakenBack(session, digest)) {
            problems.add(Problem.of(Code.PLAN_CHANGED, "the plan was carried out, and taken back since")
                    .because("an approval is for one time"));
        }
        if (!sighting.now().isBefore(file.expiresAt())) {
            problems.add(Problem.of(Code.PLAN_EXPIRED, "the plan has expired at " + file.expiresAt())
                    .because("the clock of the server shows " + sighting.now()));
        }
        List<Problem> demands = new ArrayList<>();
        rules.shut(sighting.now()).ifPresent(demands::add);
        Approvals approvals = approvals(session, digest, sighting.now());
        if (approvals.accepted().size() < rules.approvals()) {
            demands.add(missing(approvals));
        }
        demands.addAll(comments(session, digest, sighting.now()).problems());
        boolean broken = emergency != null && !demands.isEmpty();
        if (broken && !rules.protection().breakGlass()) {
            demands.add(
                    Problem.of(Code.ENVIRONMENT_CLOSED, "environment " + rules.environment() + " knows no emergency")
                            .help("say break-glass: allow under it in lockkeeper.yaml"));
            broken = false;
        }
        if (!broken) {
            problems.addAll(demands);
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems.stream().map(this::advised).toList());
        }
        return new Admission(
                rest.as(digest),
                rules.environment(),
                approvals.accepted(),
                broken ? emergency : null,
                record.emergencies(session));
    }

    /** Without what only became due because a step of the plan, done by an earlier run, has dropped what it made. */
    private Plan rest(Plan plan, History history) {
        boolean begun = part.steps().stream().anyMatch(step -> step.isDone(part.direction(), history));
        if (!begun) {
            return plan;
        }
        Set<Object> planned =
                new HashSet<>(part.steps().stream().map(PlannedStep::key).toList());
        return plan.only(step -> planned.contains(PlannedStep.key(step.name()))
                || !(step instanceof Step.Repeat repeat)
                || !ranBefore(repeat, history));
    }

    private static boolean ranBefore(Step.Repeat repeat, History history) {
        return history.lastRun(repeat.repeatable().name())
                .filter(run -> run.renderedChecksum().is(repeat.script().renderedChecksum()))
                .isPresent();
    }

    private List<Problem> apart() {
        List<Problem> apart = new ArrayList<>();
        if (!file.tool().equals(tool)) {
            apart.add(Problem.of(
                    Code.PLAN_CHANGED,
                    "the plan was made by Lockkeeper " + file.tool() + ", and this is Lockkeeper " + tool));
        }
        if (!file.project().equals(project)) {
            apart.add(Problem.of(
                    Code.PLAN_CHANGED, "the plan is of project " + file.project() + ", and this is " + project));
        }
        if (!file.environment().equals(rules.environment())) {
            apart.add(Problem.of(
                    Code.PLAN_CHANGED,
                    "the plan is for environment " + file.environment() + ", and this is " + rules.environment()));
        }
        return apart;
    }

    private Approvals approvals(Session session, String digest, Instant now) {
        List<Approval> all = new ArrayList<>(given);
        all.addAll(record.approvals(session, digest));
        if (all.isEmpty()) {
            return Approvals.none();
        }
        return Approvals.judge(
                all, digest, file.involved(authors), signers, rules.protection().roles(), now);
    }

    private Comments comments(Session session, String digest, Instant now) {
        List<Comment> all = new ArrayList<>(comments.get());
        all.addAll(record.comments(session, digest));
        return Comments.judge(
                all, digest, file.involved(authors), signers, rules.protection().roles(), now);
    }

    /** Who has committed the scripts, by what the plan says and by what the repository says now. */
    private List<String> committers() {
        return Stream.concat(file.authors().stream(), authors.stream())
                .distinct()
                .toList();
    }

    private Problem missing(Approvals approvals) {
        int found = approvals.accepted().size();
        Problem problem = Problem.of(
                        Code.APPROVAL_MISSING,
                        "environment " + rules.environment() + " demands "
                                + (rules.approvals() == 1 ? "an approval" : rules.approvals() + " approvals")
                                + ", and the plan has "
                                + (found == 0 ? "none" : found + ", of " + approvals.names()))
                .help("lockkeeper approve FILE, by somebody who has neither made the plan nor committed its scripts"
                        + rules.emergency());
        for (String refused : approvals.refused()) {
            problem = problem.note("does not count: " + refused);
        }
        return problem;
    }

    private Problem advised(Problem problem) {
        boolean changed = problem.code() == Code.PLAN_CHANGED || problem.code() == Code.PLAN_EXPIRED;
        return problem.help() == null && changed
                ? problem.help("make another plan, and have it approved: lockkeeper plan "
                        + (file.environment().equals("local") ? "" : "--environment " + file.environment() + " ")
                        + "--out FILE")
                : problem;
    }
}

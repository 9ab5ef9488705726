package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.MaintenanceWindow;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Protection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one component in one environment.
 *
 * @param environment its name
 * @param stagingOnly whether the project is never run in production
 * @param passedBy other environments that demand something, where nobody has named one; empty when somebody has
 */
public record EnvironmentRules(
        String environment, Protection protection, boolean stagingOnly, Assertions assertions, List<String> passedBy) {
    /** How many persons look at what went through in an emergency. */
    static final int AFTERWARDS = 2;

    public static EnvironmentRules of(Project project, Environment environment, Component component) {
        return new EnvironmentRules(
                environment.name(), environment.protection(), project.stagingOnly(), component.assertions(), List.of());
    }

    /**
     * The same, of an environment that nobody has named: which one a database belongs to is then a guess, but for what its record
     * knows.
     */
    public static EnvironmentRules unnamed(Project project, Environment environment, Component component) {
        EnvironmentRules rules = of(project, environment, component);
        return rules.demandNothing()
                ? new EnvironmentRules(
                        rules.environment,
                        rules.protection,
                        rules.stagingOnly,
                        rules.assertions,
                        project.environments().values().stream()
                                .filter(other -> !of(project, other, component).demandNothing())
                                .map(Environment::name)
                                .toList())
                : rules;
    }

    /** Whether everything may be run at any time, so that nobody need be asked. */
    public boolean demandNothing() {
        return closed().isEmpty()
                && approvals() == 0
                && protection.windows().isEmpty()
                && protection.roles().areEverybodys();
    }

    /** How many persons must have approved a plan. */
    public int approvals() {
        Protection.Kind kind = protection.kind();
        boolean mine = kind != null && kind.isPrivate();
        return Math.max(protection.approvals(), assertions.requiresHumanApproval() && !mine ? 1 : 0);
    }

    /** Whether what runs must stand in a plan file: an approval is of one, and it says who has written the scripts. */
    public boolean demandPlan() {
        return approvals() > 0 || !protection.roles().authors().isEmpty();
    }

    /**
     * Why a database login may change nothing there.
     *
     * @param login as which somebody has connected
     */
    public Optional<Problem> operator(String login) {
        if (protection.roles().mayOperate(login)) {
            return Optional.empty();
        }
        List<String> operators = protection.roles().operators();
        return Optional.of(Problem.of(
                        Code.ROLE_REFUSED,
                        "database user " + login + " may change nothing in environment " + environment)
                .because(
                        operators.isEmpty()
                                ? "roles says that it is a viewer"
                                : "roles says that operator is " + String.join(", ", operators))
                .help("connect as an operator; status, plan and drift work as before"));
    }

    /**
     * Why a plan may not be run there: somebody who is no author has made it, or written its scripts.
     *
     * @param maker who has made it
     * @param committers who have committed its scripts
     */
    public Optional<Problem> authors(String maker, List<String> committers) {
        List<String> people = new ArrayList<>(committers);
        people.add(0, maker);
        List<String> strangers = protection.roles().strangers(people);
        return strangers.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Problem.of(
                                        Code.ROLE_REFUSED,
                                        String.join(", ", strangers)
                                                + (strangers.size() == 1 ? " is no author" : " are no authors")
                                                + " in environment " + environment)
                                .because("the plan was made by " + maker
                                        + (committers.isEmpty()
                                                ? ""
                                                : ", its scripts were committed last by "
                                                        + String.join(", ", committers)))
                                .help(
                                        "let an author take the scripts over, or name them under roles: author in lockkeeper.yaml"));
    }

    /** Why nothing at all may be run there. */
    public Optional<Problem> closed() {
        String rule = stagingOnly ? "staging-only" : assertions.noProductionWrite() ? "no-production-write" : null;
        Protection.@Nullable Kind kind = protection.kind();
        if (rule == null || (kind != null && kind != Protection.Kind.PRODUCTION)) {
            return Optional.empty();
        }
        Problem problem = Problem.of(
                Code.ENVIRONMENT_CLOSED,
                "the project says " + rule + ", so nothing is run in environment " + environment);
        return Optional.of(
                kind == null
                        ? problem.because("it is not said what environment " + environment + " is")
                                .help("if it is none of production, say kind: staging under it in lockkeeper.yaml")
                        : problem.because("it is of kind production")
                                .help("name another environment; status, plan and rehearse work as before"));
    }

    /**
     * Why nothing may be run there now by whoever has connected, approvals aside; empty when it may.
     *
     * @param session with the database; it is asked only when something may be run there at all
     */
    public List<Problem> against(Session session) {
        Optional<Problem> closed = closed();
        if (closed.isPresent()) {
            return List.of(closed.get());
        }
        DatabaseIdentity.Sighting sighting = DatabaseIdentity.of(session);
        return Stream.of(operator(sighting.login()), shut(sighting.now()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Why a run may not begin at a time; empty when it may. */
    Optional<Problem> shut(Instant now) {
        List<MaintenanceWindow> windows = protection.windows();
        if (windows.isEmpty() || windows.stream().anyMatch(w -> w.closes(now).isPresent())) {
            return Optional.empty();
        }
        MaintenanceWindow next =
                windows.stream().min(Comparator.comparing(w -> w.opens(now))).orElseThrow();
        return Optional.of(Problem.of(
                        Code.WINDOW_CLOSED, "no maintenance window of environment " + environment + " is open")
                .because("the clock of the server shows "
                        + now.atZone(next.zone()).toOffsetDateTime().withNano(0)
                        + ", and the windows are "
                        + String.join(
                                "; ",
                                windows.stream()
                                        .map(MaintenanceWindow::toString)
                                        .toList()))
                .help("run the same command from "
                        + next.opens(now).atZone(next.zone()).toOffsetDateTime() + " on" + emergency()));
    }

    /** How an emergency goes, where it may. */
    String emergency() {
        return protection.breakGlass() ? "; in an emergency add --break-glass REASON" : "";
    }
}

package dev.lockkeeper.gate;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.History;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a plan file says of one component.
 *
 * @param to up to which version an apply goes; null for all, and for a rollback
 * @param history digest of what the database remembers of everything but the steps of the plan
 * @param tokens the digest of each value by its name; {@code none} for one without
 * @param steps at least one
 */
public record PlanPart(
        String component,
        Direction direction,
        @Nullable String to,
        DatabaseIdentity database,
        String history,
        Map<String, String> tokens,
        List<PlannedStep> steps) {
    public PlanPart {
        tokens = Collections.unmodifiableSortedMap(new TreeMap<>(tokens));
        steps = List.copyOf(steps);
    }

    /** What a plan means for a database with a history. */
    static PlanPart of(Plan plan, Request request, Tokens tokens, History history, DatabaseIdentity database) {
        List<PlannedStep> steps = plan.steps().stream().map(PlannedStep::of).toList();
        Version to = request.direction() == Direction.UP ? request.to() : null;
        return new PlanPart(
                plan.component(),
                plan.direction(),
                to == null ? null : to.toString(),
                database,
                history(history, steps),
                digests(tokens),
                steps);
    }

    private static Map<String, String> digests(Tokens tokens) {
        Map<String, String> digests = new HashMap<>();
        for (String name : tokens.declared()) {
            String value = tokens.values().get(name);
            digests.put(
                    name,
                    value == null ? "none" : new PlanDigest().add(name, value).value());
        }
        return digests;
    }

    /** What the steps themselves have done so far is left out, so that an interrupted plan goes on. */
    private static String history(History history, List<PlannedStep> steps) {
        Set<Object> own = new HashSet<>(steps.stream().map(PlannedStep::key).toList());
        PlanDigest digest = new PlanDigest();
        history.applied().stream()
                .filter(e -> !own.contains(e.version()))
                .forEach(e -> digest.add(e.version().toString(), e.checksum().value()));
        history.progress().stream()
                .filter(p -> !own.contains(PlannedStep.key(p.name())))
                .forEach(p ->
                        digest.add(p.name(), p.direction() + " " + p.ordinal() + " " + p.state() + " " + p.digest()));
        history.repeatables().stream()
                .filter(r -> !own.contains("R__" + r.name()))
                .forEach(r -> digest.add("R__" + r.name(), r.renderedChecksum().value()));
        return digest.value();
    }

    /** What to ask for so that exactly these steps are planned, as far as they are not done. */
    Request request(History history) {
        if (direction == Direction.UP) {
            Version version = to == null ? null : Version.parse(to).orElse(null);
            return version == null ? Request.apply() : Request.applyTo(version);
        }
        long left = steps.stream().filter(s -> !s.isDone(direction, history)).count();
        return Request.rollback((int) Math.max(1, left));
    }

    /**
     * What keeps a plan of now from being the rest of this one.
     *
     * @param now made from the files and the database as they are
     * @return one problem for each thing that has changed
     */
    List<Problem> changes(PlanPart now, History remembered) {
        List<Problem> changes = new ArrayList<>();
        otherDatabase(now.database()).ifPresent(changes::add);
        tokens(now.tokens(), changes);
        steps(now, remembered, changes);
        if (!history.equals(history(remembered, steps))) {
            changes.add(changed("the history of the database has changed since the plan was made")
                    .because("something was applied, taken back or begun that is no step of the plan"));
        }
        return changes;
    }

    /** Whether the database is not the one for which the plan was made. */
    public Optional<Problem> otherDatabase(DatabaseIdentity found) {
        DatabaseIdentity planned = database;
        if (planned.equals(found)) {
            return Optional.empty();
        }
        List<String> apart = new ArrayList<>();
        if (!planned.system().equals(found.system())) {
            apart.add("the system identifier of the server is " + found.system() + ", and was " + planned.system());
        }
        if (planned.oid() != found.oid()) {
            apart.add("the OID of the database is " + found.oid() + ", and was " + planned.oid());
        }
        if (!planned.name().equals(found.name())) {
            apart.add("the database is called " + found.name() + ", and was " + planned.name());
        }
        if (planned.major() != found.major()) {
            apart.add("the server is PostgreSQL " + found.major() + ", and was " + planned.major());
        }
        return Optional.of(changed("the database is another one").because(String.join("; ", apart)));
    }

    private Problem changed(String what) {
        return Problem.of(Code.PLAN_CHANGED, "component " + component + ": " + what);
    }

    private void tokens(Map<String, String> now, List<Problem> changes) {
        Set<String> names = new HashSet<>(tokens.keySet());
        names.addAll(now.keySet());
        names.stream()
                .sorted()
                .filter(name -> !String.valueOf(tokens.get(name)).equals(now.get(name)))
                .forEach(name -> {
                    String what = !tokens.containsKey(name)
                            ? " is declared now, and was not"
                            : now.containsKey(name) ? " has another value" : " is not declared any more";
                    changes.add(changed("the token " + name + what));
                });
    }

    private void steps(PlanPart now, History remembered, List<Problem> changes) {
        Map<Object, PlannedStep> found = new LinkedHashMap<>();
        now.steps().forEach(step -> found.put(step.key(), step));
        List<Object> rest = new ArrayList<>();
        for (PlannedStep step : steps) {
            PlannedStep same = found.remove(step.key());
            if (same != null) {
                rest.add(step.key());
                step(step, same, changes);
            } else if (!step.isDone(direction, remembered)) {
                changes.add(changed(step.name() + " is in the plan, and would not run now"));
            }
        }
        found.values()
                .forEach(step ->
                        changes.add(changed(step.name() + " would run now, and is not in the plan: " + step.file())));
        List<Object> order = now.steps().stream()
                .map(PlannedStep::key)
                .filter(rest::contains)
                .toList();
        if (!order.equals(rest)) {
            changes.add(changed("the steps would run in another order"));
        }
    }

    private void step(PlannedStep planned, PlannedStep found, List<Problem> changes) {
        if (!planned.checksum().equals(found.checksum())) {
            changes.add(changed("the script of " + planned.name() + " was edited: " + found.file()));
        } else if (!planned.sent().equals(found.sent())) {
            changes.add(changed("the script of " + planned.name()
                    + " would be sent otherwise, by another value of a token: " + found.file()));
        } else if (planned.entry() != found.entry()) {
            changes.add(changed(planned.name() + " was taken back and applied again since"));
        }
    }
}

package dev.lockkeeper.analytics.judge;

import dev.lockkeeper.analytics.definition.Check;
import dev.lockkeeper.analytics.definition.Dimension;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.StateSchema;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Tables;
import dev.lockkeeper.catalog.model.Trigger;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds definitions against the tables of a database; all problems are found at once. Pure. */
public final class Judgement {
    private final Model model;
    private final StateSchema state;
    private final ColumnTypes types;
    private final List<Problem> problems = new ArrayList<>();

    private Judgement(Model model, StateSchema state) {
        this.model = model;
        this.state = state;
        this.types = new ColumnTypes(model, problems);
    }

    /** What does not fit; empty when all does. */
    public static List<Problem> of(List<Rollup> rollups, Model model, StateSchema state) {
        Judgement judgement = new Judgement(model, state);
        judgement.tables();
        rollups.forEach(judgement::judge);
        return judgement.problems;
    }

    private void tables() {
        List<String> missing = StateSchema.TABLES.stream()
                .filter(table ->
                        model.relation(new ObjectName(state.name(), table)).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            problems.add(Problem.of(
                            Code.ANALYTICS_UNFIT,
                            missing.size() == StateSchema.TABLES.size()
                                    ? "the schema " + state.name() + " does not keep what rollups need"
                                    : "the schema " + state.name() + " has no " + String.join(", ", missing))
                    .because("marks, intervals and results are kept there, and come by a migration")
                    .help("make a migration of what is printed by: lockkeeper analytics script"));
        }
    }

    private void judge(Rollup rollup) {
        markers(rollup);
        Optional<Relation> source = table(rollup.source(), "the events");
        Optional<Relation> target = table(rollup.target(), "the sums");
        source.ifPresent(relation -> {
            events(rollup, relation);
            marks(rollup, relation);
            heirs(rollup, relation);
        });
        target.ifPresent(relation -> sums(rollup, source, relation));
    }

    private Optional<Relation> table(Rollup.Table named, String what) {
        Optional<Relation> found = model.relation(named.name());
        if (found.isEmpty()) {
            problems.add(unfit(named.place(), "there is no table " + named.name() + " for " + what)
                    .help(new Tables(model).advice(named.name().toString())));
        } else if (!found.get().isTable()) {
            problems.add(unfit(
                            named.place(),
                            named.name() + " is a " + found.get().kind().word() + ", and no table")
                    .help("name a table of this database: only its own writers leave marks"));
            return Optional.empty();
        }
        return found;
    }

    private void events(Rollup rollup, Relation source) {
        types.column(source, rollup.time().name(), rollup.time().place()).ifPresent(time -> {
            if (!types.isInstant(time)) {
                problems.add(unfit(
                                rollup.time().place(),
                                source.name() + "." + time.name() + " is of type "
                                        + time.type().spelled() + ", which is no instant")
                        .help("name a column of type timestamptz, the same everywhere"));
            } else if (!time.required()) {
                problems.add(unfit(
                                rollup.time().place(),
                                source.name() + "." + time.name()
                                        + " may be null, and an event of no time is in no bucket")
                        .help("make the column NOT NULL"));
            }
            types.requireWritten(source, time, rollup.time().place());
        });
        for (Dimension one : rollup.dimensions()) {
            types.column(source, one.column(), one.place())
                    .ifPresent(column -> types.requireKey(source, column, one.place()));
        }
        Rollup.Field part = rollup.partitionBy();
        if (part != null) {
            source.column(part.name()).ifPresent(column -> {
                types.requireText(source, column, part.place());
                types.requireWritten(source, column, part.place());
            });
        }
        rollup.measures().forEach(measure -> types.requireSource(source, measure));
        for (Check check : rollup.checks()) {
            if (check.what() instanceof Check.What.NoNull some) {
                types.column(source, some.column(), check.place());
            } else if (check.what() instanceof Check.What.Unique some) {
                types.column(source, some.column(), check.place());
            }
        }
        rollup.examples()
                .forEach(example -> example.given()
                        .forEach(
                                row -> row.values().keySet().forEach(name -> types.column(source, name, row.place()))));
    }

    private void marks(Rollup rollup, Relation source) {
        ObjectName marker = state.marker(rollup.name());
        List<String> wanted = List.of(
                state.trigger(rollup.name(), "insert"),
                state.trigger(rollup.name(), "update"),
                state.trigger(rollup.name(), "delete"),
                state.trigger(rollup.name(), "truncate"));
        List<Trigger> there = source.triggers().stream()
                .filter(one -> marker.equals(one.routine()) && wanted.contains(one.name()))
                .toList();
        List<String> disabled =
                there.stream().filter(one -> !one.enabled()).map(Trigger::name).toList();
        List<String> missing = wanted.stream()
                .filter(one -> there.stream().noneMatch(known -> known.name().equals(one)))
                .toList();
        if (missing.isEmpty() && disabled.isEmpty()) {
            return;
        }
        problems.add(unfit(
                        rollup.source().place(),
                        source.name() + " has no trigger that marks what changes for " + rollup.name())
                .because((missing.isEmpty() ? "" : "missing: " + String.join(", ", missing))
                        + (missing.isEmpty() || disabled.isEmpty() ? "" : "; ")
                        + (disabled.isEmpty() ? "" : "disabled, or for replicas only: " + String.join(", ", disabled)))
                .help(missing.isEmpty() ? Firing.enable(source.name(), disabled) : bring(rollup, marker)));
    }

    private String bring(Rollup rollup, ObjectName marker) {
        String script = "make a migration of what is printed by: lockkeeper analytics script ";
        return model.routines().stream().noneMatch(one -> one.name().equals(marker))
                ? script + rollup.name()
                : script + "--down " + rollup.name() + ", and by: lockkeeper analytics script " + rollup.name()
                        + "; then have all of it computed: lockkeeper analytics backfill " + rollup.name();
    }

    /** Marks of an older definition would have other parts computed than those that have changed. */
    private void markers(Rollup rollup) {
        model.routines().stream()
                .filter(one -> one.name().equals(state.marker(rollup.name())))
                .filter(one -> !String.valueOf(one.comment()).endsWith(rollup.markHash()))
                .forEach(one -> problems.add(unfit(
                                rollup.place(),
                                "the marks of rollup " + rollup.name() + " are those of another definition")
                        .because("source, time, partition-by, bounds or the shortest grain have changed since")
                        .help(
                                "make a migration that takes them back and brings them anew: lockkeeper analytics script --down "
                                        + rollup.name() + " with the old definition, then lockkeeper analytics script "
                                        + rollup.name())));
    }

    /** What inherits is read with its parent and fires no trigger of it. */
    private void heirs(Rollup rollup, Relation source) {
        model.relations().stream()
                .filter(one -> one.parents().contains(source.name()))
                .findFirst()
                .ifPresent(heir ->
                        problems.add(unfit(rollup.source().place(), heir.name() + " inherits from " + source.name())
                                .because("its rows are read with those of " + source.name() + ", and leave no marks")
                                .help("make it a partition, or a table of its own")));
    }

    /** Triggers that mark for nobody: nobody deletes their marks. */
    public static List<Problem> strays(List<Rollup> all, Model model, StateSchema state) {
        List<ObjectName> known =
                all.stream().map(one -> state.marker(one.name())).toList();
        List<Problem> problems = new ArrayList<>();
        for (Relation relation : model.relations()) {
            relation.triggers().stream()
                    .map(Trigger::routine)
                    .filter(one -> one != null && one.schema().equals(state.name()) && !known.contains(one))
                    .distinct()
                    .forEach(one -> problems.add(Problem.of(
                                    Code.ANALYTICS_UNFIT,
                                    "events of " + relation.name() + " leave marks for a rollup that no file defines")
                            .because("the function is " + one + ", and nobody deletes its marks")
                            .help("take the triggers away by a migration: select "
                                    + new ObjectName(state.name(), "unwatch").quoted() + "("
                                    + Quote.literal(one.name())
                                    + "), then drop its functions and delete its marks")));
        }
        return problems;
    }

    private void sums(Rollup rollup, Optional<Relation> source, Relation target) {
        types.column(
                        target,
                        rollup.columns().bucket().name(),
                        rollup.columns().bucket().place())
                .ifPresent(column -> {
                    if (!types.isInstant(column)) {
                        problems.add(unfit(
                                        rollup.columns().bucket().place(),
                                        target.name() + "." + column.name() + " is of type "
                                                + column.type().spelled() + ", which is no instant")
                                .help("make it timestamptz"));
                    }
                });
        Rollup.Field grain = rollup.columns().grain();
        if (grain != null) {
            types.column(target, grain.name(), grain.place())
                    .ifPresent(column -> types.requireWord(target, column, rollup.grains(), grain.place()));
        }
        Rollup.Field written = rollup.columns().written();
        if (written != null) {
            types.column(target, written.name(), written.place());
        }
        for (Dimension one : rollup.dimensions()) {
            types.column(target, one.into(), one.place())
                    .ifPresent(column -> source.flatMap(relation -> relation.column(one.column()))
                            .ifPresent(from -> types.requireSame(
                                    source.orElseThrow(), from, target, column, one.place(), one.total())));
        }
        for (Measure measure : rollup.measures()) {
            types.column(target, measure.into(), measure.place())
                    .ifPresent(column -> types.requireTarget(source, target, column, measure));
        }
        others(rollup, target);
        key(rollup, target);
        meddlers(rollup, target);
    }

    /** What is written must be what is there then: nobody would see that a row was changed or left out on its way. */
    private void meddlers(Rollup rollup, Relation target) {
        target.triggers().stream()
                .filter(one -> one.enabled() && (one.routine() == null || isAskedBefore(one)))
                .forEach(
                        one -> problems.add(
                                unfit(
                                                rollup.target().place(),
                                                (one.routine() == null ? "rule " : "trigger ") + one.name() + " of "
                                                        + target.name() + " may change what is written")
                                        .because(
                                                "sums that it changes or leaves out are told to be written, and are not what the events say")
                                        .help(
                                                "make it a trigger that fires after, or drop it; when a row was written last is told by columns: {written: COLUMN}")));
    }

    /** By how the server spells it, with quotes around its name or without. */
    private static boolean isAskedBefore(Trigger trigger) {
        return trigger.definition().contains(" FOR EACH ROW ")
                && List.of(trigger.name(), Quote.identifier(trigger.name())).stream()
                        .anyMatch(name -> trigger.definition().startsWith("CREATE TRIGGER " + name + " BEFORE "));
    }

    private void others(Rollup rollup, Relation target) {
        Set<String> given = new HashSet<>(rollup.key());
        rollup.measures().forEach(one -> given.add(one.into()));
        Rollup.Field written = rollup.columns().written();
        if (written != null) {
            given.add(written.name());
        }
        for (Column column : target.columns()) {
            if (given.contains(column.name()) && column.isComputed()) {
                problems.add(unfit(
                                rollup.target().place(),
                                target.name() + "." + column.name() + " gets its value from the server alone")
                        .help("name another column"));
            } else if (!given.contains(column.name()) && !column.isOptional()) {
                problems.add(unfit(
                                rollup.target().place(),
                                target.name() + "." + column.name()
                                        + " must have a value, and the rollup gives it none")
                        .help("give it a default, or make it a dimension or a measure"));
            }
        }
    }

    /** Rows must be told apart by exactly the columns that divide them, null taken for a value. */
    private void key(Rollup rollup, Relation target) {
        Set<String> wanted = new HashSet<>(rollup.key());
        boolean nullable = rollup.dimensions().stream()
                .map(one -> target.column(one.into()))
                .flatMap(Optional::stream)
                .anyMatch(column -> !column.required());
        boolean constraint = target.keys().stream()
                .anyMatch(key -> !key.deferrable()
                        && new HashSet<>(key.columns()).equals(wanted)
                        && (!nullable || !key.nullsDistinct()));
        boolean index = target.indexes().stream()
                .anyMatch(one -> one.unique()
                        && !one.constraint()
                        && one.valid()
                        && one.condition() == null
                        && new HashSet<>(one.columns()).equals(wanted)
                        && (!nullable || one.definition().contains("NULLS NOT DISTINCT")));
        if (!constraint && !index) {
            problems.add(unfit(
                            rollup.target().place(),
                            target.name() + " has no key by which the rows of a rollup are told apart")
                    .because(
                            nullable
                                    ? "a dimension may be null, and a plain unique key takes each null for another one: the"
                                            + " same group would be there twice"
                                    : "the same group would be there twice")
                    .help("add unique" + (nullable ? " nulls not distinct" : "") + " ("
                            + String.join(", ", rollup.key()) + "), not deferrable"));
        }
    }

    private static Problem unfit(Place place, String message) {
        return Problem.of(Code.ANALYTICS_UNFIT, message).at(place);
    }
}

package dev.lockkeeper.stewardship;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Rows;
import dev.lockkeeper.stewardship.classification.Scene;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.classification.TableEntry;
import dev.lockkeeper.stewardship.classification.Trial;
import dev.lockkeeper.stewardship.erasure.Eraser;
import dev.lockkeeper.stewardship.erasure.ErasurePlan;
import dev.lockkeeper.stewardship.erasure.ErasurePlanner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tries, with sample rows of a throw-away database, what a file says becomes of them, and takes it back. */
final class Trials {
    /** So many persons, and so many rows of a table, are tried. */
    private static final int MOST = 5;

    private final Session session;
    private final Scene scene;
    private final List<Trial> trials = new ArrayList<>();

    Trials(Session session, Scene scene) {
        this.session = session;
        this.scene = scene;
    }

    /** Whether a table of persons has no row to try anything with. */
    boolean lackRows() {
        return scene.classification().subjects().values().stream()
                .flatMap(subject -> scene.model().relation(subject.table()).stream())
                .anyMatch(table -> session.query("select 1 from " + table.name().quoted() + " limit 1")
                        .isEmpty());
    }

    List<Trial> all() {
        scene.classification().subjects().values().forEach(this::forget);
        scene.classified().forEach(one -> {
            Retention retention = one.entry().retention();
            if (retention != null && retention.ends() && retention.strategy() == Retention.Strategy.ANONYMIZE) {
                anonymize(one.relation(), one.entry());
            }
        });
        return trials;
    }

    /** Persons who are there, each in a transaction of its own. */
    private void forget(Subject subject) {
        Optional<Relation> table = scene.model().relation(subject.table());
        boolean whole = table.isPresent()
                && subject.key().stream()
                        .allMatch(column -> table.get().column(column).isPresent())
                && scene.classification()
                        .table(subject.table())
                        .map(TableEntry::forgetting)
                        .isPresent();
        if (!whole) {
            return;
        }
        String columns =
                subject.key().stream().map(c -> "t." + identifier(c) + "::text").collect(Collectors.joining(", "));
        String known = subject.key().stream()
                .map(c -> "t." + identifier(c) + " is not null")
                .collect(Collectors.joining(" and "));
        for (@Nullable
        String[] row : session.query("select " + columns + " from "
                + subject.table().quoted() + " t where " + known + " order by 1 limit " + MOST)) {
            List<String> key = Arrays.stream(row).map(String::valueOf).toList();
            ErasurePlanner planner = new ErasurePlanner(scene.classification(), scene.model());
            boolean refused = tried(subject.place(), subject.name(), "forgetting a " + subject.name(), () -> {
                ErasurePlan plan = planner.plan(session, subject, key);
                new Eraser(session, plan, "trial").run();
            });
            if (refused) {
                return;
            }
        }
    }

    private void anonymize(Relation relation, TableEntry entry) {
        Rows.assignments(relation, entry, "t")
                .ifPresent(set -> tried(
                        entry.place(), relation.name().toString(), "anonymizing rows of " + relation.name(), () -> {
                            session.execute("update " + relation.name().quoted() + " t set " + set
                                    + " where t.ctid = any (array(select s.ctid from "
                                    + relation.name().quoted() + " s limit "
                                    + MOST + "))");
                            session.execute("set constraints all immediate");
                        }));
    }

    /** Whether it was refused. */
    private boolean tried(Place place, String object, String what, Runnable work) {
        try {
            session.execute("begin isolation level read committed");
            work.run();
            return false;
        } catch (SqlFailure e) {
            trials.add(new Trial(place, object, what, e.error().message()));
            return true;
        } catch (LockkeeperException e) {
            Problem problem = e.problems().get(0);
            trials.add(new Trial(
                    problem.place() == null ? place : problem.place(),
                    object,
                    what,
                    problem.server() == null
                            ? problem.message()
                            : problem.message() + ": " + problem.server().message()));
            return true;
        } finally {
            session.alone("rollback");
        }
    }
}

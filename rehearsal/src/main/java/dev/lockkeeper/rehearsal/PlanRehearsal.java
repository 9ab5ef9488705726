package dev.lockkeeper.rehearsal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.Filler;
import dev.lockkeeper.rows.Kind;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.rows.Unfilled;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs migrations on a throw-away server and observes what each of their statements does. */
public final class PlanRehearsal {
    private final Rehearsal rehearsal;
    private final Databases databases;
    private final List<Script> prelude;
    private final List<Script> data;
    private final RowSource rows;
    private final List<Unfilled> unfilled = new ArrayList<>();

    /**
     * @param databases where to do it
     * @param prelude set-up SQL that a history takes for granted, run first in every database
     * @param data SQL that brings rows, run before the first migration that is observed
     */
    public PlanRehearsal(Databases databases, List<Script> prelude, List<Script> data) {
        this(databases, prelude, data, new RowSource.None());
    }

    /**
     * @param databases where to do it
     * @param prelude set-up SQL that a history takes for granted, run first in every database
     * @param data SQL that brings rows, run before the first migration that is observed
     * @param rows what the tables have besides, from then on
     */
    public PlanRehearsal(Databases databases, List<Script> prelude, List<Script> data, RowSource rows) {
        this.rehearsal = new Rehearsal(databases);
        this.databases = databases;
        this.prelude = List.copyOf(prelude);
        this.data = List.copyOf(data);
        this.rows = rows;
    }

    /**
     * Goes the way of all components one after the other, each in a database of its own. A migration that fails ends it.
     *
     * @param told of each migration as soon as it has been observed
     */
    public RehearsalReport run(List<Course> courses, Consumer<RehearsedMigration> told) {
        List<RehearsedMigration> seen = new ArrayList<>();
        @Nullable Problem stopped = null;
        for (Course course : courses) {
            stopped = run(course, migration -> {
                seen.add(migration);
                told.accept(migration);
            });
            if (stopped != null) {
                break;
            }
        }
        return new RehearsalReport(databases.version(), seen, unfilled, stopped);
    }

    private @Nullable Problem run(Course course, Consumer<RehearsedMigration> told) {
        return rehearsal.inDatabase(database -> run(database, course, told));
    }

    private @Nullable Problem run(String database, Course course, Consumer<RehearsedMigration> told) {
        try {
            for (Script script : prelude) {
                rehearsal.forward(database, script);
            }
            for (Migration migration : course.before()) {
                rehearsal.forward(database, migration.up());
            }
            for (Script script : data) {
                rehearsal.forward(database, script);
            }
            if (rows instanceof RowSource.Generated) {
                try (Session session = rehearsal.open(database)) {
                    unfilled.addAll(new Filler().fill(session, List.of(Kind.values())));
                }
            }
            Scene scene = new Scene(() -> rehearsal.open(database), () -> rehearsal.open(database));
            for (Migration migration : course.observed()) {
                scene.observe(Turn.of(course.component(), migration), told);
            }
            for (Repeatable repeatable : course.repeatables()) {
                scene.observe(Turn.of(course.component(), repeatable), told);
            }
            return null;
        } catch (LockkeeperException e) {
            return Missing.hinted(e.problems().get(0));
        }
    }
}

package dev.lockkeeper.rehearsal;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures on a throw-away server how long apply and rollback take, and how long they hold up others who work in the
 * same database meanwhile. The migrations go through the same runner, with the same patience, as anywhere else.
 */
public final class Window {
    private final EmbeddedPostgres server;
    private final Settings settings;

    /**
     * How to measure.
     *
     * @param prelude set-up SQL that the histories take for granted
     * @param history the schema of Lockkeeper's record
     * @param workload statements of the traffic, in turn, each a transaction; null for two on each table
     * @param sessions how many sessions send them
     * @param window how long a run may take
     * @param stall how long a statement of the traffic may take during a rollback
     */
    public record Settings(
            List<Script> prelude,
            String history,
            @Nullable Script workload,
            int sessions,
            Duration window,
            Duration stall) {
        public Settings {
            prelude = List.copyOf(prelude);
        }
    }

    /**
     * A component to measure.
     *
     * @param data scripts that bring rows, run after the migrations
     */
    public record Subject(Migrations migrations, Policy policy, List<Script> data) {
        public Subject {
            data = List.copyOf(data);
        }
    }

    /**
     * @param server whose databases may be created and dropped at will
     */
    public Window(EmbeddedPostgres server, Settings settings) {
        this.server = server;
        this.settings = settings;
    }

    /**
     * Measures the components one after the other, each in a database of its own.
     *
     * @param measured told of each component as soon as it is measured
     * @throws LockkeeperException when a prelude, a first apply or the data fail
     */
    public WindowReport run(List<Subject> subjects, Consumer<ComponentWindow> measured) {
        List<ComponentWindow> done = new ArrayList<>();
        for (Subject subject : subjects) {
            ComponentWindow component = run(subject);
            done.add(component);
            measured.accept(component);
            if (component.stopped() != null) {
                break;
            }
        }
        return new WindowReport(server.version(), settings.window(), settings.stall(), settings.sessions(), done);
    }

    private ComponentWindow run(Subject subject) {
        Rehearsal rehearsal = new Rehearsal(Databases.of(server));
        String database = rehearsal.create();
        try {
            Lockkeeper lockkeeper = Lockkeeper.of(
                    subject.migrations(), rehearsal.target(database), settings.history(), subject.policy());
            Workload workload;
            long rows;
            try (Session session = rehearsal.open(database)) {
                settings.prelude().forEach(script -> Rehearsal.run(session, script));
                lockkeeper.run(Request.apply(), Duration.ZERO, event -> {});
                subject.data().forEach(script -> Rehearsal.run(session, script));
                // as they would be in a database that is in use: its tables are known to the planner
                session.execute("analyze");
                rows = rows(session);
                Script own = settings.workload();
                workload = own == null
                        ? Workload.ofTables(session, settings.history())
                        : Workload.of(own, session.scripts());
            }
            return new WindowRun(lockkeeper, workload, rows)
                    .run(Traffic.start(() -> rehearsal.open(database).scripts(), workload, settings.sessions()));
        } finally {
            rehearsal.drop(database);
        }
    }

    private long rows(Session session) {
        return Long.parseLong(String.valueOf(session.query("select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint"
                        + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                        + " where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', "
                        + Quote.literal(settings.history()) + ")")
                .get(0)[0]));
    }
}

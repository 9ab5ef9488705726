package dev.lockkeeper;

import dev.lockkeeper.adopt.Adopter;
import dev.lockkeeper.adopt.Adoption;
import dev.lockkeeper.adopt.Mover;
import dev.lockkeeper.adopt.Predecessor;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.apply.Repairs;
import dev.lockkeeper.apply.Runner;
import dev.lockkeeper.apply.Undertaking;
import dev.lockkeeper.apply.Undertakings;
import dev.lockkeeper.apply.Untried;
import dev.lockkeeper.apply.Upkeep;
import dev.lockkeeper.audit.AuditTrail;
import dev.lockkeeper.database.Access;
import dev.lockkeeper.database.LockHolders;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.Sessions;
import dev.lockkeeper.evidence.Recorded;
import dev.lockkeeper.gate.Admission;
import dev.lockkeeper.gate.Gate;
import dev.lockkeeper.gate.GateRecord;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanGate;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.history.DataRecord;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.Identity;
import dev.lockkeeper.history.RecordGuards;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.loss.Losses;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Planner;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Recollection;
import dev.lockkeeper.plan.Recollections;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.report.ScriptDiff;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One component of a project and its database. Thread-safe: it holds no connection between calls.
 *
 * <p>All methods throw {@link dev.lockkeeper.problem.LockkeeperException} with every problem that was found.
 */
public final class Lockkeeper {
    private final Migrations migrations;
    private final Access access;
    private final HistoryTable table;
    private final Policy policy;
    private final Tracing tracing;
    private final Function<String, Session> sessions;
    private final Function<String, Session> glances;

    private Lockkeeper(Identity identity, Migrations migrations, Access access, String historySchema, Policy policy) {
        this(
                migrations,
                access,
                new HistoryTable(historySchema, identity),
                policy,
                Tracing.NONE,
                access::session,
                access::glance);
    }

    private Lockkeeper(
            Migrations migrations,
            Access access,
            HistoryTable table,
            Policy policy,
            Tracing tracing,
            Function<String, Session> sessions,
            Function<String, Session> glances) {
        this.migrations = migrations;
        this.access = access;
        this.table = table;
        this.policy = policy;
        this.tracing = tracing;
        this.sessions = sessions;
        this.glances = glances;
    }

    /** The same component, which uses sessions that others of its database have used before. */
    public Lockkeeper sharing(Sessions shared) {
        Target target = target();
        Function<String, Session> opened = application -> shared.open(target, application);
        return new Lockkeeper(migrations, access, table, policy, tracing, opened, opened);
    }

    /**
     * The same component, whose reading of the record neither waits nor works for long.
     *
     * @param lock how long a statement waits for a lock, such as {@code 1s}
     * @param statement how long it works
     */
    public Lockkeeper limited(String lock, String statement) {
        return new Lockkeeper(
                migrations,
                access,
                table,
                policy,
                tracing,
                sessions,
                application -> glances.apply(application).limited(lock, statement));
    }

    /** The same component, whose runs keep and tell what those want to know who follow a trace. */
    public Lockkeeper traced(Tracing followed) {
        return new Lockkeeper(migrations, access, table, policy, followed, sessions, glances);
    }

    /** The same component, which tells of each session that it opens, so that another thread can cancel what these wait for. */
    public Lockkeeper telling(Consumer<Session> opened) {
        Access told = new Access.Direct(target(), opened);
        return new Lockkeeper(migrations, told, table, policy, tracing, told::session, told::glance);
    }

    /** Reads the migrations of a folder; connects to nothing yet. */
    public static Lockkeeper of(Folder folder, Target target, String historySchema, Policy policy) {
        return of(Migrations.read(folder), target, historySchema, policy);
    }

    /** Takes migrations that were read already, of no project; connects to nothing yet. */
    public static Lockkeeper of(Migrations migrations, Target target, String historySchema, Policy policy) {
        return new Lockkeeper(Identity.of(migrations), migrations, new Access.Direct(target), historySchema, policy);
    }

    /** Takes migrations of a component of a project; connects to nothing yet. */
    public static Lockkeeper of(Project project, Component component, Migrations migrations, Target target) {
        return of(project, component, migrations, new Access.Direct(target));
    }

    /** The same by other ways into its database. */
    public static Lockkeeper of(Project project, Component component, Migrations migrations, Access access) {
        Set<String> components =
                project.components().stream().map(Component::name).collect(Collectors.toSet());
        Identity identity = new Identity(migrations.component(), project.name(), components, migrations);
        return new Lockkeeper(identity, migrations, access, project.historySchema(), Policy.of(project, component));
    }

    public Migrations migrations() {
        return migrations;
    }

    /**
     * The address of its database.
     *
     * @throws IllegalStateException when it has none, since an application lends its connections
     */
    public Target target() {
        if (access instanceof Access.Direct direct) {
            return direct.target();
        }
        throw new IllegalStateException("the connections of an application have no address");
    }

    /** Files and history side by side. Takes no lock and writes nothing. */
    public Status status() {
        try (Session session = glances.apply("lockkeeper status")) {
            return Status.of(migrations, table.read(session));
        }
    }

    /** Who is at work on this component, as a sentence; empty when nobody is. Takes no lock and writes nothing. */
    public Optional<String> atWork() {
        try (Session session = glances.apply("lockkeeper status")) {
            return session.query(new RunnerLock(table.schema(), table.component()).holdersSql()).stream()
                    .findFirst()
                    .map(row -> String.valueOf(row[0]));
        }
    }

    /** Who keeps others from reading in its database, empty when nobody is seen. */
    public List<LockHolders.Holder> lockHolders() {
        try (Session session = glances.apply("lockkeeper status")) {
            return LockHolders.of(session);
        }
    }

    /** What somebody has done to the record, see {@link RecordGuards#damage}. */
    public List<Problem> damage(Session session) {
        return new RecordGuards(table).damage(session);
    }

    /** What of the triggers of the record is not as it was made, see {@link RecordGuards#altered}. */
    public Optional<Problem> altered() {
        try (Session session = glances.apply("lockkeeper status")) {
            return new RecordGuards(table).altered(session);
        }
    }

    /** A session that only reads, see {@link #recollect}. */
    public Session look() {
        return glances.apply("lockkeeper drift " + migrations.component());
    }

    /**
     * What the history says was done, with the scripts that did it. Takes no lock and writes nothing.
     *
     * @param tokens for scripts that the record keeps
     * @throws dev.lockkeeper.problem.LockkeeperException {@code drift-during-run} while a run is at work, {@code
     *     drift-unfinished} when one was cut off, {@code drift-unknown} when a script is lost; and what keeps apply from working
     */
    public Recollection recollect(Session session, Tokens tokens) {
        return Recollections.of(migrations, table, session, tokens);
    }

    /** What {@link #run} would do now. Takes no lock and writes nothing. */
    public Plan plan(Request request) {
        try (Session session = glances.apply("lockkeeper plan")) {
            return plan(session, table.read(session), request);
        }
    }

    /**
     * What a gate says to what {@link #run(Request, Duration, Gate, Consumer)} would do now. Takes no lock and writes nothing.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException with all reasons against it
     */
    public Admission admit(Request request, Gate gate) {
        return admit(gate, history -> request);
    }

    /** The same for what {@link #run(PlanGate, Duration, Consumer)} would do now. */
    public Admission admit(PlanGate gate) {
        return admit(gate, gate::request);
    }

    private Admission admit(Gate gate, Function<History, Request> request) {
        try (Session session = glances.apply("lockkeeper plan")) {
            History history = table.read(session);
            return gate.admit(session, history, plan(session, history, request.apply(history)));
        }
    }

    /** What the record keeps of approvals and emergencies. */
    public GateRecord approvals() {
        return new GateRecord(table);
    }

    /**
     * What went through in emergencies and was not looked at since, of all components of the record. Takes no lock and writes nothing.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-hidden}, or {@code history-unfit} when emergencies are gone that
     *     the audit chain tells of
     */
    public List<GateRecord.Open> emergencies() {
        try (Session session = glances.apply("lockkeeper status")) {
            return approvals().open(session);
        }
    }

    /** The database login with which everything is done here, by the word of the server. */
    public String login() {
        try (Session session = access.session("lockkeeper status")) {
            return Objects.requireNonNull(session.query("select session_user").get(0)[0]);
        }
    }

    /** Works on {@link #approvals()} in a session of its own. */
    public void approvals(BiConsumer<GateRecord, Session> work) {
        try (Session session = access.session("lockkeeper approve")) {
            work.accept(approvals(), session);
        }
    }

    /**
     * What the record says became of its part of a plan file. Takes no lock and writes nothing.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code plan-changed} when it is not the database of the plan
     */
    public Recorded recorded(PlanFile plan, PlanPart part) {
        try (Session session = glances.apply("lockkeeper evidence")) {
            return Recorded.of(session, table, approvals(), plan, part);
        }
    }

    /** Works on the audit chain of the record, in a session of its own. Takes no runner lock. */
    public <T extends @Nullable Object> T audit(Function<AuditTrail, T> work) {
        try (Session session = access.session("lockkeeper audit")) {
            return work.apply(new AuditTrail(session, table));
        }
    }

    /** What data a plan for a rollback takes away, as far as the server and the scripts tell. Changes nothing. */
    public List<Loss> losses(Plan plan) {
        if (plan.direction() == Direction.UP || plan.isEmpty()) {
            return List.of();
        }
        try (Session session = access.session("lockkeeper plan")) {
            return new Losses(session, access.user().equals(table.schema())).of(plan);
        }
    }

    /**
     * Applies or rolls back, alone.
     *
     * @param patience how long to wait for another run to end
     * @param listener told what happens; never by two threads at once; when it throws after the plan was made, nothing runs
     * @return the plan that was carried out
     */
    public Plan run(Request request, Duration patience, Consumer<Event> listener) {
        return run(request, patience, Gate.OPEN, listener);
    }

    /**
     * The same for what passes a gate.
     *
     * @param gate asked under the runner lock; its answer is told after the plan, before anything runs
     */
    public Plan run(Request request, Duration patience, Gate gate, Consumer<Event> listener) {
        Plan plan = runOnce(request.direction(), history -> request, patience, gate, listener);
        boolean migrated = plan.steps().stream().anyMatch(step -> step instanceof Step.Apply);
        if (!migrated || request.to() != null || migrations.repeatables().all().isEmpty()) {
            return plan;
        }
        // what the migrations dropped of what repeatable scripts had made is known now
        Plan more = runOnce(request.direction(), history -> request, patience, gate, event -> {
            if (!(event instanceof Event.Planned planned && planned.plan().isEmpty())) {
                listener.accept(event);
            }
        });
        List<Step> steps = new ArrayList<>(plan.steps());
        steps.addAll(more.steps());
        return new Plan(plan.component(), plan.direction(), steps, plan.digest());
    }

    /** Carries out a plan file, as far as it is not done: what becomes due by it is not run. */
    public Plan run(PlanGate gate, Duration patience, Consumer<Event> listener) {
        return runOnce(gate.part().direction(), gate::request, patience, gate, listener);
    }

    private Plan runOnce(
            Direction direction,
            Function<History, Request> request,
            Duration patience,
            Gate gate,
            Consumer<Event> listener) {
        String name = "lockkeeper " + direction.command() + " " + migrations.component();
        AtomicReference<@Nullable Admission> admitted = new AtomicReference<>();
        Consumer<Event> told = event -> {
            listener.accept(event);
            Admission admission = admitted.get();
            if (event instanceof Event.Planned planned
                    && admission != null
                    && admission.isJudged()
                    && !planned.plan().isEmpty()) {
                listener.accept(new Event.Admitted(admission));
            }
        };
        try (Session control = sessions.apply(name)) {
            return runner(told)
                    .run(
                            control,
                            () -> access.session(name + " (look)"),
                            () -> access.spare(name + " (look)"),
                            () -> access.scripts(name + " (work)"),
                            patience,
                            history -> {
                                Plan plan = plan(control, history, request.apply(history));
                                Admission admission = gate.admit(control, history, plan);
                                admitted.set(admission);
                                return admission;
                            });
        }
    }

    /**
     * Tries what {@link #run(Request, Duration, Gate, Consumer)} would do now, alone and on the database itself, in one transaction that
     * is rolled back. The record is left as it is.
     *
     * @param gate asked under the runner lock
     * @return the steps that were left out, since they do not run in such a transaction
     */
    public List<Untried> dryRun(Request request, Duration patience, Gate gate, Consumer<Event> listener) {
        String name = "lockkeeper " + request.direction().command() + " --dry-run " + migrations.component();
        try (Session control = sessions.apply(name)) {
            return runner(listener)
                    .dryRun(
                            control,
                            () -> access.session(name + " (look)"),
                            () -> access.spare(name + " (look)"),
                            () -> access.scripts(name + " (work)"),
                            patience,
                            history -> gate.admit(control, history, plan(control, history, request))
                                    .plan());
        }
    }

    private Runner runner(Consumer<Event> listener) {
        return new Runner(table, policy.patience(), policy.hooks(), policy.assertions(), access, tracing, listener);
    }

    /**
     * Changes the record where a person knows better; runs no script.
     *
     * @param patience how long to wait for a run to end
     * @param waiting told who is running
     */
    public void repair(Repair repair, Duration patience, Consumer<String> waiting) {
        String name = "lockkeeper repair " + migrations.component();
        try (Session control = access.session(name)) {
            new Repairs(table, migrations, waiting).run(repair, control, () -> access.session(name), patience);
        }
    }

    /**
     * Does something to rows of the database, alone and in one transaction.
     *
     * @param patience how long to wait for a run to end
     * @param waiting told who is running
     */
    public <T> T undertake(Undertaking<T> undertaking, Duration patience, Consumer<String> waiting) {
        String name = "lockkeeper " + undertaking.command() + " " + migrations.component();
        try (Session control = access.session(name)) {
            return new Undertakings(table, waiting)
                    .run(
                            undertaking,
                            control,
                            () -> access.session(name),
                            () -> access.session(name + " (work)"),
                            patience);
        }
    }

    /**
     * Moves the history of this component here, from another name or another record of the same database.
     *
     * @param schema the record that holds it; null when it is this one
     * @param component its name there; null when it is the same
     * @param reason why, in the words of a person; kept in the audit chain
     * @param patience how long to wait for runs to end
     * @param waiting told who is waited for
     * @return the components that were moved, by their names from now on
     */
    public List<String> move(
            @Nullable String schema,
            @Nullable String component,
            String reason,
            Duration patience,
            Consumer<String> waiting) {
        String name = "lockkeeper repair " + migrations.component();
        try (Session control = access.session(name)) {
            return new Mover(table, migrations, waiting)
                    .move(control, () -> access.session(name), schema, component, reason, patience);
        }
    }

    /** Says that this component is one of its own, whatever others of the database have the same scripts. */
    public void separate(String reason, Duration patience, Consumer<String> waiting) {
        String name = "lockkeeper repair " + migrations.component();
        try (Session control = access.session(name)) {
            new Mover(table, migrations, waiting).separate(control, () -> access.session(name), reason, patience);
        }
    }

    /** What {@link #adopt} would do now. Takes no lock and writes nothing. */
    public Adoption previewAdoption(Predecessor predecessor) {
        try (Session session = access.session("lockkeeper " + predecessor.action())) {
            return new Adopter(table, migrations, policy).preview(session, predecessor);
        }
    }

    /**
     * Records what was applied before Lockkeeper came; runs no migration.
     *
     * @param reason why, in the words of a person; kept in the audit chain
     * @param patience how long to wait for another run to end
     * @param waiting told who is waited for
     */
    public Adoption adopt(Predecessor predecessor, String reason, Duration patience, Consumer<String> waiting) {
        String name = "lockkeeper " + predecessor.action() + " " + migrations.component();
        try (Session control = access.session(name)) {
            return new Adopter(table, migrations, policy)
                    .adopt(control, () -> access.session(name + " (look)"), predecessor, reason, patience, waiting);
        }
    }

    /** What the record keeps of rows that went and of persons who were forgotten. */
    public DataRecord data() {
        return new DataRecord(table);
    }

    /**
     * Works on the data in a session of its own, while nobody changes the schema of this component.
     *
     * @param command as which it is seen at work
     * @param patience how long to wait for a run to end
     * @param waiting told who is running
     */
    public <T> T upkeep(String command, Duration patience, Consumer<String> waiting, Function<Session, T> work) {
        String name = "lockkeeper " + command + " " + migrations.component();
        try (Session control = access.session(name)) {
            return new Upkeep(table, waiting, () -> {}).run(control, () -> access.session(name), patience, () -> {
                data().create(control);
                try (Session session = access.session(name + " (work)")) {
                    return work.apply(session);
                }
            });
        }
    }

    private Plan plan(Session session, History history, Request request) {
        return new Planner(migrations, history, policy).plan(request, problem -> withDiff(session, history, problem));
    }

    /** Shows what was edited, from the script that the history keeps. */
    private Problem withDiff(Session session, History history, Problem problem) {
        Place place = problem.place();
        Optional<Migration> edited = migrations.all().stream()
                .filter(m -> place != null && m.up().file().equals(place.file()))
                .findFirst();
        Optional<Entry> entry = edited.flatMap(m -> history.find(m.version()));
        if (edited.isEmpty() || entry.isEmpty()) {
            return problem;
        }
        List<String> diff = ScriptDiff.of(
                table.script(session, entry.get()), edited.get().up().template());
        return problem.note(String.join("\n", diff));
    }
}

package dev.lockkeeper.library;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Migrates the database of an application over its DataSource:
 *
 * <pre>{@code Lockkeeper.on(dataSource).migrations("classpath:db/migration").apply();}</pre>
 *
 * <p>Names and defaults are those of {@code lockkeeper.yaml}. Immutable: what is said makes another one. Thread-safe; runs of
 * those that come from one call of {@link #on} wait for each other. It reads no environment, writes no file, and logs
 * nothing.
 *
 * <p>All operations throw {@link dev.lockkeeper.problem.LockkeeperException} with every problem that was found, among them
 * {@code data-source-unfit} and {@code pool-too-small}; whatever they throw, no connection stays lent.
 */
public final class Lockkeeper {
    private final DataSource source;
    private final ReentrantLock turn;
    private final Settings settings;

    private Lockkeeper(DataSource source, ReentrantLock turn, Settings settings) {
        this.source = source;
        this.turn = turn;
        this.settings = settings;
    }

    /** Connects to nothing yet. */
    public static Lockkeeper on(DataSource source) {
        return new Lockkeeper(Objects.requireNonNull(source, "source"), new ReentrantLock(true), Settings.standard());
    }

    private Lockkeeper with(Consumer<Settings.Change> said) {
        return new Lockkeeper(source, turn, settings.with(said));
    }

    /** Where the migrations are: {@code classpath:} and the folder from the root of the class path on, or the path of a folder. */
    public Lockkeeper migrations(String location) {
        Location read = Location.of(location);
        return with(change -> change.location = read);
    }

    /** The folder of the migrations. */
    public Lockkeeper migrations(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return with(change -> change.location = new Location.OfPath(folder));
    }

    /** Who finds the class path; without it the context class loader of the calling thread, else that of this class. */
    public Lockkeeper classLoader(ClassLoader loader) {
        Objects.requireNonNull(loader, "loader");
        return with(change -> change.loader = loader);
    }

    /** The name of the project in the record; {@code project} without it. */
    public Lockkeeper project(String name) {
        Objects.requireNonNull(name, "name");
        return with(change -> change.project = name);
    }

    /** The name of the history in the record; {@code main} without it. */
    public Lockkeeper component(String name) {
        String checked = Settings.name("component", name);
        return with(change -> change.component = checked);
    }

    /** The schema that holds the record; {@code lockkeeper} without it. */
    public Lockkeeper history(String schema) {
        Objects.requireNonNull(schema, "schema");
        return with(change -> change.history = schema);
    }

    /** How files are named, such as {@code flyway}; without it the files tell. */
    public Lockkeeper convention(String name) {
        Convention known = Convention.named(name)
                .orElseThrow(() ->
                        Settings.unknown("convention", name, Convention.keys()).asException());
        return with(change -> change.convention = known);
    }

    /** Short for the token {@code schema}. */
    public Lockkeeper schema(String name) {
        return token("schema", name);
    }

    /** A declared token and its value: {@code ${name}} is replaced by it. */
    public Lockkeeper token(String name, String value) {
        return tokens(Map.of(name, value));
    }

    /** More tokens; those of the same name are replaced. */
    public Lockkeeper tokens(Map<String, String> values) {
        Map<String, String> copy = Map.copyOf(values);
        return with(change -> change.tokens.putAll(copy));
    }

    /** Whether a {@code ${name}} that is not declared is an error. */
    public Lockkeeper strictTokens(boolean strict) {
        return with(change -> change.strictTokens = strict);
    }

    /** {@code required}, or {@code optional}: then a migration without a down script is not refused. */
    public Lockkeeper downs(String word) {
        boolean optional = Settings.word("downs", word, "required", "optional");
        return with(change -> change.downsRequired = !optional);
    }

    /** {@code refuse} a migration older than the newest applied one, or {@code allow} it. */
    public Lockkeeper outOfOrder(String word) {
        boolean allow = Settings.word("out-of-order", word, "refuse", "allow");
        return with(change -> change.outOfOrder = allow);
    }

    /** {@code refuse} a database that another tool has migrated, or {@code ignore} that. */
    public Lockkeeper otherHistory(String word) {
        boolean ignore = Settings.word("other-history", word, "refuse", "ignore");
        return with(change -> change.ignoreOtherHistory = ignore);
    }

    /** How long a statement waits for a lock before it gives way; zero leaves it to the database. 2 s without it. */
    public Lockkeeper lockTimeout(Duration limit) {
        Duration checked = Settings.duration("lock-timeout", limit);
        return with(change -> change.lock = checked);
    }

    /** How often a step is tried in all when a lock is not to be had; 30 without it. */
    public Lockkeeper lockAttempts(int attempts) {
        if (attempts < 1) {
            throw Problem.of(Code.USAGE, "lock-attempts is not " + attempts)
                    .help("give a number from 1 on")
                    .asException();
        }
        return with(change -> change.attempts = attempts);
    }

    /** From what age on transactions of others are reported to the listener; zero for none. A minute without it. */
    public Lockkeeper longTransaction(Duration age) {
        Duration checked = Settings.duration("long-transaction", age);
        return with(change -> change.transaction = checked);
    }

    /** How long a statement may work; zero, as without it, leaves it to the database. */
    public Lockkeeper statementTimeout(Duration limit) {
        Duration checked = Settings.duration("statement-timeout", limit);
        return with(change -> change.statement = checked);
    }

    /** How long to wait for another run to end; 60 s without it. */
    public Lockkeeper runnerLockTimeout(Duration limit) {
        Duration checked = Settings.duration("runner-lock-timeout", limit);
        return with(change -> change.runnerLock = checked);
    }

    /** Lets a rollback take data away, which is refused without it. */
    public Lockkeeper acceptLoss() {
        return with(change -> change.acceptLoss = true);
    }

    /**
     * Told what happens during a run, never by two threads at once; now and then by another thread than the caller's. When it
     * throws after the plan was made, nothing runs.
     */
    public Lockkeeper listener(Consumer<Event> listener) {
        Objects.requireNonNull(listener, "listener");
        return with(change -> change.listener = listener);
    }

    /** Applies what is not applied yet; does nothing when that is nothing. Waits for a run of others. */
    public RunResult apply() {
        return work().run(Request.apply());
    }

    /** Applies up to and including a version. */
    public RunResult apply(String version) {
        return work().run(Request.applyTo(version(version)));
    }

    /**
     * Takes the newest migrations back by their down scripts.
     *
     * @param steps how many
     */
    public RunResult rollback(int steps) {
        return work().run(rollbackRequest(steps));
    }

    /** Takes back all that was applied after a version, which stays applied; {@code 0} takes back everything. */
    public RunResult rollbackTo(String version) {
        return work().run(Request.rollbackTo(version(version)));
    }

    /** What {@link #apply()} would do now. Takes no lock and writes nothing. */
    public PlanResult plan() {
        return work().plan(Request.apply());
    }

    /** What {@link #apply(String)} would do now. */
    public PlanResult plan(String version) {
        return work().plan(Request.applyTo(version(version)));
    }

    /** What {@link #rollback} would do now, and what data goes. */
    public PlanResult planRollback(int steps) {
        return work().plan(rollbackRequest(steps));
    }

    /** What {@link #rollbackTo} would do now, and what data goes. */
    public PlanResult planRollbackTo(String version) {
        return work().plan(Request.rollbackTo(version(version)));
    }

    /** Files and history side by side. Takes no lock and writes nothing. */
    public StatusResult status() {
        return work().status();
    }

    /**
     * Makes sure that {@link #apply()} would refuse nothing: no file is altered, missing or late, no step has failed, the history
     * is this component's own. What is not applied yet is no failure; {@link StatusResult#isCurrent} tells of that. Takes no lock
     * and writes nothing.
     */
    public void validate() {
        work().validate();
    }

    private Work work() {
        return new Work(source, settings, turn);
    }

    private static Request rollbackRequest(int steps) {
        if (steps < 1) {
            throw Problem.of(Code.USAGE, "there is no rollback of " + steps + " steps")
                    .help("give a number from 1 on; rollbackTo(\"0\") takes back everything")
                    .asException();
        }
        return Request.rollback(steps);
    }

    private static Version version(String text) {
        // as the files of several conventions are called
        return Version.parse(text.replaceFirst("^[vV](?=\\d)", ""))
                .orElseThrow(() -> Problem.of(Code.USAGE, text + " is not a version")
                        .help("a version is numbers parted by dots, such as 4 or 2024.1")
                        .asException());
    }
}

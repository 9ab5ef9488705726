package dev.lockkeeper.adopt;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.TakenOver;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Takes over what came before Lockkeeper. Reads the other tool's table and never writes to it. */
public final class Adopter {
    private final HistoryTable table;
    private final Migrations migrations;
    private final Policy policy;

    public Adopter(HistoryTable table, Migrations migrations, Policy policy) {
        this.table = table;
        this.migrations = migrations;
        this.policy = policy;
    }

    /**
     * What would be taken over. Takes no lock and writes nothing.
     *
     * @throws LockkeeperException with every reason why nothing can be
     */
    public Adoption preview(Session session, Predecessor predecessor) {
        // refuses a table of the record's name that somebody else made, too
        History history = table.read(session);
        Optional<Adoption> before = before(session, predecessor);
        boolean goesOn = history.doubts().stream().anyMatch(p -> p.code() == Code.HISTORY_OF_OTHER_TOOL);
        if (before.isPresent() && !goesOn) {
            return before.get();
        }
        if (before.isPresent() && before.get().table() != null) {
            return since(session, history, String.valueOf(before.get().table()));
        }
        if (predecessor instanceof Predecessor.Tool tool) {
            ForeignTable found = OtherHistories.choose(ForeignTable.find(session), tool.named());
            requireFree(session, found);
            return adoption(session, found);
        }
        return Baselines.of(migrations, (Predecessor.Baseline) predecessor);
    }

    /**
     * Takes over, alone and in one transaction: all of it or, after whatever failure, nothing.
     *
     * @param control an open session; stays open
     * @param others opens more sessions, to find out about a pooler
     * @param reason why, in the words of a person; kept in the audit chain
     * @param patience how long to wait for another run to end
     * @param waiting told who is waited for
     * @throws LockkeeperException with every reason why nothing can be taken over
     */
    public Adoption adopt(
            Session control,
            Supplier<Session> others,
            Predecessor predecessor,
            String reason,
            Duration patience,
            Consumer<String> waiting) {
        RunnerLock lock = new RunnerLock(table.schema(), table.component());
        lock.acquire(control, "select 1 where false", "select 1", patience, waiting, others);
        lock.requireSession(control, others);
        try {
            Adoption adoption = preview(control, predecessor);
            if (adoption.before() == null) {
                write(control, adoption, predecessor, reason);
            }
            return adoption;
        } finally {
            lock.release(control);
        }
    }

    private Adoption adoption(Session session, ForeignTable found) {
        HistoryReader reader = Readers.of(found.tool());
        Reading reading = reader.read(rows(session, reader, found), migrations);
        return new Matching(migrations, found, policy).adoption(reading.and(reader.undone(session, found)));
    }

    /** What the other tool has done after its history was taken over. */
    private Adoption since(Session session, History history, String name) {
        ForeignTable found = OtherHistories.choose(ForeignTable.find(session), name);
        Adoption all = adoption(session, found);
        requireNothingTakenBack(session, all);
        return new Adoption(
                all.component(),
                all.origin(),
                all.table(),
                all.taken().stream()
                        .filter(t -> history.find(t.migration().version()).isEmpty())
                        .toList(),
                all.leftOut(),
                null);
    }

    /** What was taken over and is not in the other tool's history any more: only a person knows what became of it. */
    private void requireNothingTakenBack(Session session, Adoption all) {
        Set<Version> there =
                all.taken().stream().map(t -> t.migration().version()).collect(Collectors.toSet());
        List<Problem> problems = session.query(table.sql().adoptedFrom(all.origin())).stream()
                .map(row -> String.valueOf(row[0]))
                .filter(version -> !there.contains(Version.parse(version).orElseThrow()))
                .map(version -> Problem.of(
                                Code.HISTORY_OF_OTHER_TOOL,
                                "version " + version + " was taken over from " + all.table()
                                        + ", and is not in it any more")
                        .because(
                                all.origin() + " went on after its history was taken over, and probably rolled it back")
                        .help("if nothing is left of it: lockkeeper repair " + version
                                + " --as not-applied --reason TEXT; if all of it is there, put its row back"))
                .toList();
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }

    /** What is one component's history cannot be another's too, though versions may happen to be the same. */
    private void requireFree(Session session, ForeignTable found) {
        if (table.exists(session)) {
            table.takenOverBy(session, found.name()).ifPresent(other -> {
                throw Problem.of(Code.OTHER_TOOL_UNCLEAR, "there is no history left for component " + table.component())
                        .because(found.name() + " was taken over by component " + other)
                        .help("name another table with --from, or take the database as it is with lockkeeper baseline"
                                + " VERSION")
                        .asException();
            });
        }
    }

    private static List<Row> rows(Session session, HistoryReader reader, ForeignTable found) {
        try {
            // rows that a policy would hide are an error then
            return session.query("set local row_security = off; " + reader.query(found)).stream()
                    .map(r -> Row.of(r))
                    .toList();
        } catch (SqlFailure e) {
            throw (e.connectionLost()
                            ? e.problem("the connection was lost while " + found.name() + " was read")
                            : Problem.of(
                                            Code.OTHER_TOOL_UNCLEAR,
                                            found.name() + " looks like a history of "
                                                    + found.tool().key() + " and cannot be read as one")
                                    .from(e.error())
                                    .help("read it as a user from whom no row is hidden; if it is something else, take"
                                            + " the database as it is with lockkeeper baseline VERSION"))
                    .asException(e);
        }
    }

    private Optional<Adoption> before(Session session, Predecessor predecessor) {
        if (!table.exists(session)) {
            return Optional.empty();
        }
        Optional<Adoption> same = table.lastAudit(session, "adopt", "baseline")
                .filter(row -> predecessor.action().equals(row[0]))
                .filter(row -> names(predecessor, row))
                .map(row -> new Adoption(
                        table.component(),
                        origin(row),
                        predecessor instanceof Predecessor.Tool ? tableOf(row) : null,
                        List.of(),
                        List.of(),
                        row[3] + " by " + row[4]));
        if (same.isEmpty() && table.hasRows(session)) {
            throw Problem.of(Code.HISTORY_NOT_EMPTY, "component " + table.component() + " has a history already")
                    .because("what is taken over comes before everything else")
                    .help("lockkeeper status shows it")
                    .asException();
        }
        return same;
    }

    /** Whether an audit row tells of the same wish. */
    private static boolean names(Predecessor predecessor, @Nullable String[] row) {
        if (predecessor instanceof Predecessor.Baseline baseline) {
            return Version.parse(String.valueOf(row[1]))
                    .filter(baseline.to()::equals)
                    .isPresent();
        }
        String named = ((Predecessor.Tool) predecessor).named();
        return named == null || named.equals(origin(row)) || ("." + tableOf(row)).endsWith("." + named);
    }

    private static String tableOf(@Nullable String[] row) {
        return line(row, 0).substring(HistoryTable.takenOver("").length());
    }

    private static String origin(@Nullable String[] row) {
        return line(row, 1).substring("origin ".length());
    }

    private static String line(@Nullable String[] row, int number) {
        return String.valueOf(row[2]).lines().skip(number).findFirst().orElseThrow();
    }

    private void write(Session control, Adoption adoption, Predecessor predecessor, String reason) {
        UUID run = UUID.randomUUID();
        String digest = digest(adoption);
        List<String> message = new ArrayList<>();
        for (Taken taken : adoption.taken()) {
            message.add(table.sql()
                            .adopted(
                                    taken.migration(),
                                    taken.appliedAt(),
                                    taken.appliedBy(),
                                    taken.durationMs(),
                                    adoption.origin(),
                                    digest,
                                    run)
                    + ";");
        }
        message.add(table.audit()
                .entry(
                        predecessor instanceof Predecessor.Baseline baseline
                                ? baseline.to().toString()
                                : null,
                        predecessor.action(),
                        reason,
                        detail(control, adoption),
                        table.audit().showing(AuditedTable.HISTORY, "t.run = " + literal(run.toString()))));
        table.enter(control, false, () -> control.execute(String.join("\n", message)));
    }

    private static String digest(Adoption adoption) {
        StringBuilder text = new StringBuilder("lockkeeper adoption 1\n")
                .append(adoption.component())
                .append('\n')
                .append(adoption.origin())
                .append('\n');
        adoption.taken()
                .forEach(t -> text.append(t.migration().version())
                        .append(' ')
                        .append(t.migration().up().checksum())
                        .append('\n'));
        return Checksum.of(text.toString()).value();
    }

    /** The first lines are read again by later runs. */
    private static String detail(Session control, Adoption adoption) {
        List<String> lines = new ArrayList<>();
        lines.add(HistoryTable.takenOver(adoption.table() == null ? "-" : adoption.table()));
        lines.add("origin " + adoption.origin());
        if (adoption.table() != null) {
            lines.add(TakenOver.line(control, adoption.table()));
        }
        adoption.taken()
                .forEach(t -> lines.add(t.migration().version() + " "
                        + (t.verified() ? "verified: " : "not verified: ")
                        + t.evidence().how()));
        adoption.leftOut().forEach(l -> lines.add("left out: " + l));
        return String.join("\n", lines);
    }
}

package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Outside;
import dev.lockkeeper.sql.Scope;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs a script statement by statement, its progress in the journal, so that another run can go on with it. */
final class OneByOne {
    private final WorkSession work;
    private final ScriptSession session;
    private final Script script;
    private final Script.Commands commands;
    private final Sender sender;
    private final StatementJournal journal;
    private final Alone alone;
    private final Waiting waiting;
    private final String state;
    /** What the session was after the last statement that an earlier run has done; null when nobody recorded it. */
    private @Nullable String known;

    private final OwnTransaction own;
    /** What was read of a transaction of the script's own; empty outside of one. */
    private final List<Statement> collected = new ArrayList<>();

    private boolean restored;
    private boolean kept;
    private boolean begun;

    /** @param settlement looks at what statements leave that run in no transaction */
    OneByOne(
            WorkSession work,
            Sender sender,
            Script.Commands commands,
            StatementJournal journal,
            Supplier<Settlement> settlement,
            Waiting waiting) {
        this.work = work;
        this.session = work.session();
        this.script = sender.script();
        this.commands = commands;
        this.sender = sender;
        this.journal = journal;
        this.waiting = waiting;
        this.state = SessionState.expression(
                Stream.concat(commands.customSettings().names().stream(), work.facts().customSettings().stream())
                        .collect(Collectors.toCollection(TreeSet::new)));
        this.alone = new Alone(sender, journal, settlement, waiting, state);
        this.own = new OwnTransaction(work, sender, journal, alone, state);
    }

    /**
     * @param end what ends the script, asked for when it has ended
     * @param left told how many rows that has changed at last
     */
    void run(ScriptRunner.Begin begin, Supplier<String> end, LongConsumer left) {
        sender.own(work.preambleOfMany());
        List<Directive.Rows> contracts = begin == ScriptRunner.Begin.PARTIAL
                ? List.of()
                : commands.directives().rows();
        if (begin == ScriptRunner.Begin.FRESH) {
            waiting.patiently(() -> sender.guard(Guard.before(commands.directives())));
            keepCounts(contracts);
        } else {
            Set<Integer> there = new HashSet<>();
            commands.forEach(statement -> there.add(statement.ordinal()));
            journal.requireAll(there);
            bringCounts(contracts);
        }
        restored = begin == ScriptRunner.Begin.FRESH;
        commands.forEach(statement -> take(statement, begin));
        if (begin != ScriptRunner.Begin.PARTIAL) {
            waiting.patiently(() -> sender.guard(Guard.after(commands.directives())));
        }
        waiting.patiently(() -> {
            try {
                left.accept(session.send(end.get(), notice -> {}));
            } catch (SqlFailure e) {
                throw Failure.ofClosing(script, e).asException();
            }
        });
    }

    /** A transaction of the script's own is one step, and takes place as a whole or not at all. */
    private void take(Statement statement, ScriptRunner.Begin begin) {
        if (collected.isEmpty() && statement.kind() != Statement.Kind.BEGIN) {
            step(statement, begin);
            return;
        }
        collected.add(statement);
        if (statement.kind() == Statement.Kind.COMMIT) {
            List<Statement> all = List.copyOf(collected);
            collected.clear();
            transaction(all, journal.progress(statement));
        }
    }

    private void transaction(List<Statement> all, @Nullable Progress last) {
        if (own.isDone(all)) {
            known = last == null || last.sessionState() == null ? known : last.sessionState();
        } else {
            if (!restored) {
                restore(all.get(0));
                restored = true;
            }
            waiting.patiently(() -> sender.tally().whole(() -> own.run(all)));
        }
        kept = true;
    }

    private void step(Statement statement, ScriptRunner.Begin begin) {
        Progress progress = journal.progress(statement);
        if (isDone(statement, progress)) {
            kept = true;
            known = progress == null || progress.sessionState() == null ? known : progress.sessionState();
            return;
        }
        if (!restored) {
            restore(statement);
            restored = true;
        }
        run(statement, begin);
        kept = true;
    }

    /** Whether a statement of the script is done, in this run or before. */
    boolean kept() {
        return kept || begun;
    }

    private void run(Statement statement, ScriptRunner.Begin begin) {
        try {
            Directive.Backfill backfill = commands.directives().backfills().get(statement.ordinal());
            if (backfill != null) {
                begun = true;
                new Batches(work, sender, backfill, statement, journal, waiting).run();
            } else {
                // what runs alone may leave something even where it fails
                begun = Outside.reason(statement).isPresent();
                waiting.patiently(() -> sender.tally().whole(() -> run(statement)));
            }
        } catch (LockkeeperException e) {
            Problem problem = e.problems().get(0);
            ServerError server = problem.server();
            if (begin != ScriptRunner.Begin.PARTIAL || server == null || !server.refusedAsAbsent()) {
                throw e;
            }
            if (server.context() != null || !Scope.isSingle(statement)) {
                throw problem.because("the statement may concern more than what is missing, so it is not passed over")
                        .help("write IF EXISTS in it, so that what is there is reverted")
                        .asException(e);
            }
            journal.done(statement, alone.state());
            waiting.tell(new Event.NothingToTakeBack(script.place(statement.start()), problem.message()));
        }
    }

    private void run(Statement statement) {
        send(statement);
        sender.prepareAgain(statement, work);
    }

    private void send(Statement statement) {
        if (Outside.reason(statement).isPresent() || alone.mayCommit(statement)) {
            alone.run(statement);
            return;
        }
        if (statement.kind() != Statement.Kind.ORDINARY
                || commands.grants()
                || (sender.isWatched() && !Bare.is(statement))) {
            held(statement);
            return;
        }
        if (Bare.is(statement)) {
            sender.send(statement, "");
            journal.done(statement, alone.state());
            return;
        }
        try {
            sender.send(statement, Ending.DEFERRED + record(statement));
        } catch (Sender.RefusedInTransaction expected) {
            // of a kind that only the catalog tells, so it has done nothing yet
            alone.run(statement);
        }
    }

    /** Waits before it commits: for the data of COPY, and for what the server has to say. */
    private void held(Statement statement) {
        sender.own("begin");
        try {
            sender.send(statement, "");
            sender.deferred();
            sender.said().requireGranted();
            try {
                session.send(record(statement) + ";commit", notice -> {});
            } catch (SqlFailure e) {
                throw Failure.at(script, statement.start(), e).asException();
            }
        } catch (LockkeeperException | Sender.RefusedInTransaction e) {
            throw sender.abort(e);
        }
    }

    /** The end of the statement and what its session is then, for the statement's own transaction. */
    private String record(Statement statement) {
        String done = journal.doneSql(statement, state);
        return done.isEmpty() ? "" : SessionState.REMEMBER + Ending.pause(work.facts()) + done;
    }

    private boolean isDone(Statement statement, @Nullable Progress progress) {
        if (progress == null || progress.state() == Progress.State.DONE) {
            return progress != null;
        }
        // a batch is a transaction with its journal entry: nothing to settle
        if (commands.directives().backfills().containsKey(statement.ordinal())) {
            return false;
        }
        AtomicBoolean done = new AtomicBoolean();
        waiting.patiently(() -> done.set(alone.settle(statement, progress)));
        return done.get();
    }

    private void restore(Statement statement) {
        String state = known;
        if (state == null) {
            return;
        }
        try {
            List<String> lost = SessionState.lost(session, state);
            if (!lost.isEmpty()) {
                throw Problem.of(
                                Code.SESSION_NEEDED,
                                "the script cannot go on: it needs what its session had, " + String.join(", ", lost))
                        .at(script.place(statement.start()))
                        .because("the session ended with the run that was interrupted")
                        .help(
                                "roll the unfinished step back with lockkeeper rollback, or make by hand what is missing and"
                                        + " record the step with lockkeeper repair VERSION --as applied")
                        .asException();
            }
            SessionState.restore(session, state);
        } catch (SqlFailure e) {
            throw Failure.at(script, statement.start(), e).notRestored();
        }
    }

    /** The counts from before the script, in case that another run has to end it. */
    private void keepCounts(List<Directive.Rows> contracts) {
        for (int i = 0; i < contracts.size(); i++) {
            String count = session.ask("select current_setting(" + literal(Guard.setting(i)) + ")")
                    .get(0)
                    .get(0)[0];
            journal.position(-i, count + " " + contracts.get(i).table());
        }
    }

    private void bringCounts(List<Directive.Rows> contracts) {
        Map<String, String> counts = new HashMap<>();
        int kept = 0;
        for (String text = journal.position(0); text != null; text = journal.position(--kept)) {
            int blank = text.indexOf(' ');
            counts.put(text.substring(blank + 1), text.substring(0, blank));
        }
        for (int i = 0; i < contracts.size(); i++) {
            // a contract that was written into a begun step has no count
            String count = counts.getOrDefault(contracts.get(i).table(), "");
            session.ask("select set_config(" + literal(Guard.setting(i)) + ", " + literal(count) + ", false)");
        }
    }
}

package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lets single rows go, some in each transaction: rows that somebody has locked are passed over. */
final class Batches {
    /** So many batches one after the other may find that none of their rows may go. */
    private static final int MOST_VAIN = 3;

    private final Session session;
    private final Session limited;
    private final Evidence evidence;
    private final Pace pace;
    private final @Nullable Vault vault;
    private final Consumer<String> waiting;

    /** @param vault where archives go; null when none is named */
    Batches(Session session, Evidence evidence, Pace pace, @Nullable Vault vault, Consumer<String> waiting) {
        this.session = session;
        this.limited = session.limited("2s", "60s");
        this.evidence = evidence;
        this.pace = pace;
        this.vault = vault;
        this.waiting = waiting;
    }

    Gone run(Job job, List<Routine> routines) {
        long rows = 0;
        int batches = 0;
        int vain = 0;
        List<String> files = new ArrayList<>();
        try {
            ObjectName call = job.retention().call();
            Calls calls = call == null ? null : new Calls(session, limited, job, call, routines, pace.batch());
            BatchTransaction.Went went;
            do {
                if (batches + vain > 0) {
                    pause();
                }
                went = batch(job, calls, batches, files);
                rows += went.rows();
                batches += went.rows() > 0 ? 1 : 0;
                vain = went.rows() > 0 ? 0 : vain + 1;
                // rows that were free as they were picked may be so no more once they are locked; others may be
            } while (went.rows() > 0 || (went.picked() > 0 && vain < MOST_VAIN));
            long left = calls == null ? new Counting(session).look(job).rows() : 0;
            return new Gone(job, rows, batches, List.of(), files, left);
        } catch (SqlFailure e) {
            throw Counting.refused(job, "go", e);
        }
    }

    private BatchTransaction.Went batch(Job job, @Nullable Calls calls, int number, List<String> files) {
        return new BatchTransaction(session, vault)
                .run(
                        () -> {
                            BatchTransaction.Went went =
                                    calls == null ? went(job, number) : new BatchTransaction.Went(calls.next(), null);
                            if (went.rows() > 0) {
                                session.execute(evidence.done(job, went.rows(), null, went.file()));
                            }
                            return went;
                        },
                        files);
    }

    private BatchTransaction.Went went(Job job, int number) {
        List<@Nullable String[]> picked = limited.query(pick(job));
        if (picked.isEmpty()) {
            return new BatchTransaction.Went(0, null);
        }
        // a statement of its own: what came to refer to a row before it was locked is seen by the next one only
        String chosen = chosen(picked) + " and " + job.due();
        if (job.retention().strategy() == Retention.Strategy.ARCHIVE) {
            Vault.Written file = archived(job, chosen, number);
            return new BatchTransaction.Went(file == null ? 0 : file.rows(), file, picked.size());
        }
        return new BatchTransaction.Went(changed(job, chosen), null, picked.size());
    }

    private long changed(Job job, String chosen) {
        boolean stay = job.retention().strategy() == Retention.Strategy.ANONYMIZE;
        String same = stay ? Rows.unchanged(job.relation(), job.entry(), "t") : "false";
        @Nullable
        String[] row = limited.query("with gone as (" + change(job) + chosen + " returning " + same
                        + " as same) select count(*)::text, (count(*) filter (where same))::text from gone")
                .get(0);
        if (!"0".equals(row[1])) {
            // the next batch would find the same rows, and so on without end
            throw Problem.of(
                            Code.RETENTION_STOPPED,
                            row[1] + " rows of " + job.table()
                                    + " are not what the file says after they were anonymized")
                    .at(job.retention().place())
                    .because("a trigger or the type of a column makes something else of the values")
                    .help("let the trigger pass these values, or write others into the file")
                    .note("kept: this batch as it was; what went before, and its evidence")
                    .asException();
        }
        return Long.parseLong(String.valueOf(row[0]));
    }

    private Vault.@Nullable Written archived(Job job, String chosen, int number) {
        if (vault == null) {
            throw new IllegalStateException("an archive is asked for before anything is done");
        }
        List<String> lines = limited
                .query("with gone as (" + change(job) + chosen
                        + " returning t.*) select row_to_json(g.*)::text from gone g")
                .stream()
                .map(row -> String.valueOf(row[0]))
                .toList();
        if (lines.isEmpty()) {
            return null;
        }
        List<List<String>> left = new ArrayList<>(List.of(lines));
        return vault.write(
                ArchiveNames.name(
                        job.relation().name(), evidence.owner(), evidence.run(), Integer.toString(number + 1)),
                () -> left.isEmpty() ? List.of() : left.remove(0));
    }

    /** The oldest rows that may go, which nobody changes or refers to anew from then on. */
    private String pick(Job job) {
        return "select t.tableoid::text, t.ctid::text from " + job.rows() + " t where " + job.due() + " order by t."
                + identifier(job.retention().from()) + " limit " + pace.batch() + " for update of t skip locked";
    }

    /** The condition for rows that are locked: they stay where they are as long as the transaction lasts. */
    private static String chosen(List<@Nullable String[]> picked) {
        String tables = picked.stream().map(row -> String.valueOf(row[0])).collect(Collectors.joining(","));
        String places = picked.stream().map(row -> '"' + row[1] + '"').collect(Collectors.joining(","));
        return "t.ctid = any ('{" + places + "}'::tid[]) and (t.tableoid, t.ctid) in (select * from unnest('{" + tables
                + "}'::oid[], '{" + places + "}'::tid[]))";
    }

    private static String change(Job job) {
        if (job.retention().strategy() == Retention.Strategy.ANONYMIZE) {
            String set = Rows.assignments(job.relation(), job.entry(), "t").orElse("");
            return "update " + job.rows() + " t set " + set + " where ";
        }
        return "delete from " + job.rows() + " t where ";
    }

    /** Between two batches others have their turn, and replicas catch up. */
    private void pause() {
        LockSupport.parkNanos(pace.pause().toNanos());
        while (behind()) {
            waiting.accept("waiting: a replica is more than " + pace.lag().toSeconds() + " s behind");
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private boolean behind() {
        return "t"
                .equals(session.query("select (coalesce(max(replay_lag), interval '0') > make_interval(secs => "
                                + pace.lag().toSeconds() + ")) from pg_stat_replication")
                        .get(0)[0]);
    }
}

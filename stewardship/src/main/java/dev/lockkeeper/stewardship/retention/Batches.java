package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lets single rows go, some in each transaction: rows that somebody has locked are passed over. */
final class Batches {
    private static final String LIMITS = "set local lock_timeout = '2s'; set local statement_timeout = '60s'";

    private static final Set<String> COUNTS = Set.of("smallint", "integer", "bigint");

    private final Session session;
    private final Evidence evidence;
    private final Pace pace;
    private final @Nullable Vault vault;
    private final Consumer<String> waiting;

    /** @param vault where archives go; null when none is named */
    Batches(Session session, Evidence evidence, Pace pace, @Nullable Vault vault, Consumer<String> waiting) {
        this.session = session;
        this.evidence = evidence;
        this.pace = pace;
        this.vault = vault;
        this.waiting = waiting;
    }

    Gone run(Job job, List<Routine> routines) {
        long rows = 0;
        int batches = 0;
        List<String> files = new ArrayList<>();
        try {
            long done;
            do {
                if (batches > 0) {
                    pause();
                }
                done = batch(job, routines, batches, files);
                rows += done;
                batches += done > 0 ? 1 : 0;
            } while (done > 0);
            long left = job.retention().call() == null
                    ? new Counting(session).look(job).rows()
                    : 0;
            return new Gone(job, rows, batches, List.of(), files, left);
        } catch (SqlFailure e) {
            throw Counting.refused(job, "go", e);
        }
    }

    private long batch(Job job, List<Routine> routines, int number, List<String> files) {
        return new BatchTransaction(session, vault)
                .run(
                        () -> {
                            session.execute(LIMITS);
                            BatchTransaction.Went went = went(job, routines, number);
                            if (went.rows() > 0) {
                                session.execute(evidence.done(job, went.rows(), null, went.file()));
                            }
                            return went;
                        },
                        files);
    }

    private BatchTransaction.Went went(Job job, List<Routine> routines, int number) {
        ObjectName call = job.retention().call();
        if (call != null) {
            return new BatchTransaction.Went(called(job, call, routines), null);
        }
        if (job.retention().strategy() == Retention.Strategy.ARCHIVE) {
            Vault.Written file = archived(job, number);
            return new BatchTransaction.Went(file == null ? 0 : file.rows(), file);
        }
        return new BatchTransaction.Went(changed(job), null);
    }

    private long changed(Job job) {
        boolean stay = job.retention().strategy() == Retention.Strategy.ANONYMIZE;
        String same = stay ? Rows.unchanged(job.relation(), job.entry(), "t") : "false";
        @Nullable
        String[] row = session.query("with " + picked(job) + ", gone as (" + change(job) + " returning " + same
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

    private Vault.@Nullable Written archived(Job job, int number) {
        if (vault == null) {
            throw new IllegalStateException("an archive is asked for before anything is done");
        }
        List<String> lines = session
                .query("with " + picked(job) + ", gone as (" + change(job)
                        + " returning t.*) select row_to_json(g)::text from gone g")
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

    private String picked(Job job) {
        String handle = job.handle().stream().map(column -> "t." + column).collect(Collectors.joining(", "));
        return "picked as materialized (select " + handle + " from "
                + job.rows() + " t where " + job.due() + " order by t."
                + identifier(job.retention().from()) + " limit " + pace.batch() + " for update of t skip locked)";
    }

    private static String change(Job job) {
        String table = job.rows();
        String same = job.handle().stream()
                .map(column -> "t." + column + " = p." + column)
                .collect(Collectors.joining(" and "));
        if (job.retention().strategy() == Retention.Strategy.ANONYMIZE) {
            String set = Rows.assignments(job.relation(), job.entry(), "t").orElse("");
            return "update " + table + " t set " + set + " from picked p where " + same;
        }
        return "delete from " + table + " t using picked p where " + same;
    }

    /** A function says how many went, or names each thing that went. */
    private long called(Job job, ObjectName call, List<Routine> routines) {
        Routine routine = routines.stream()
                .filter(one -> one.name().equals(call))
                .findFirst()
                .orElseThrow(() -> unfit(job, "there is no function " + call));
        String result = String.valueOf(routine.result());
        if (!COUNTS.contains(result) && !result.startsWith("SETOF ") && !result.startsWith("TABLE(")) {
            // it would be called again without end: nothing that it returns says that no more rows went
            throw unfit(job, "it returns " + result + ", and not how many rows went, or a row for each");
        }
        List<@Nullable String[]> said = session.query(
                "select r::text from " + call.quoted() + "(" + arguments(job, routine.arguments()) + ") r");
        if (COUNTS.contains(result) && said.get(0)[0] == null) {
            return 0;
        }
        boolean count = said.size() == 1 && String.valueOf(said.get(0)[0]).matches("\\d{1,18}");
        return count ? Long.parseLong(String.valueOf(said.get(0)[0])) : said.size();
    }

    /** What each argument gets follows from its type. */
    private String arguments(Job job, String declared) {
        List<String> values = new ArrayList<>();
        for (String argument : declared.isBlank() ? new String[0] : declared.split(", ")) {
            if (argument.endsWith("interval")) {
                values.add("make_interval(days => " + job.retention().days() + ")");
            } else if (argument.endsWith("timestamp with time zone")) {
                values.add(literal(job.cutoff()) + "::timestamptz");
            } else if (argument.endsWith("integer") || argument.endsWith("bigint")) {
                values.add(Integer.toString(pace.batch()));
            } else if (argument.endsWith("text")) {
                values.add(literal("kept for " + job.retention().days() + " days"));
            } else {
                throw unfit(job, "nobody knows what its argument " + argument + " is to get");
            }
        }
        return String.join(", ", values);
    }

    private static LockkeeperException unfit(Job job, String why) {
        return Problem.of(
                        Code.RETENTION_STOPPED,
                        "rows of " + job.table() + " cannot go by the function that the file names")
                .at(job.retention().place())
                .because(why)
                .help(
                        "name a function that takes an interval to keep or a time, and if it likes a number of rows and a reason")
                .note("kept: what went before, and its evidence")
                .asException();
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

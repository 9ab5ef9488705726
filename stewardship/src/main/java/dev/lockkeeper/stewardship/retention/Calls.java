package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets rows go by a function of the schema, which says how many went. It is believed as long as the rows whose time is over become
 * fewer: they are counted again at the first, the second, the fourth call and so on, and when more are said to have gone than there were, so
 * that a function that only says so comes to an end. Not thread-safe.
 */
final class Calls {
    private static final Set<String> COUNTS = Set.of("smallint", "integer", "bigint");

    private final Session session;
    private final Session limited;
    private final Job job;
    private final int batch;
    private final Routine routine;
    private final boolean counts;
    private final String statement;
    private final long before;
    private long last;
    private long said;
    private long most;
    private int calls;

    /**
     * @param session that counts
     * @param limited that calls it, over the same connection
     * @param call the function that the file names
     * @param batch how many rows it is asked to let go
     * @throws LockkeeperException {@code retention-stopped} when it cannot be called
     */
    Calls(Session session, Session limited, Job job, ObjectName call, List<Routine> routines, int batch) {
        this.session = session;
        this.limited = limited;
        this.job = job;
        this.batch = batch;
        routine = routines.stream()
                .filter(one -> one.name().equals(call))
                .findFirst()
                .orElseThrow(() -> unfit(job, "there is no function " + call));
        String result = String.valueOf(routine.result());
        counts = COUNTS.contains(result);
        if (!counts && !result.startsWith("SETOF ") && !result.startsWith("TABLE(")) {
            // it would be called again without end: nothing that it returns says that no more rows went
            throw unfit(job, "it returns " + result + ", and not how many rows went, or a row for each");
        }
        statement = "select r::text from " + call.quoted() + "(" + arguments(routine.arguments()) + ") r";
        before = due();
        last = before;
        most = before;
    }

    /** Calls it once, in the transaction of a batch; gives how many rows went. */
    long next() {
        long gone = called();
        said += gone;
        calls++;
        boolean more = said > most;
        if (more) {
            most = 2 * said;
        }
        if (gone > 0 && (more || Integer.bitCount(calls) == 1)) {
            requireFewer();
        }
        return gone;
    }

    /** A function says how many went, or names each thing that went. */
    private long called() {
        List<@Nullable String[]> rows = limited.query(statement);
        if (counts && rows.get(0)[0] == null) {
            return 0;
        }
        boolean count = rows.size() == 1 && String.valueOf(rows.get(0)[0]).matches("\\d{1,18}");
        return count ? Long.parseLong(String.valueOf(rows.get(0)[0])) : rows.size();
    }

    private void requireFewer() {
        long now = due();
        boolean fewer = isTold() ? now < last : said <= before;
        if (!fewer) {
            throw Problem.of(
                            Code.RETENTION_STOPPED,
                            "rows of " + job.table() + " do not become fewer by the function that the file names")
                    .at(job.retention().place())
                    .because("after " + calls + (calls == 1 ? " call " : " calls ") + routine.name() + " says that "
                            + said + (said == 1 ? " row" : " rows") + " went, and " + now + " of " + before
                            + " are there whose time is over")
                    .help("let it return how many rows it has let go, and 0 when there is nothing more for it to do")
                    .note("kept: this batch as it was; what went before, and its evidence")
                    .asException();
        }
        last = now;
    }

    /** Whether a row that is done does not count among those that are due any more. */
    private boolean isTold() {
        return job.retention().strategy() != Retention.Strategy.ANONYMIZE
                || Rows.assignments(job.relation(), job.entry(), "t").isPresent();
    }

    private long due() {
        return Long.parseLong(String.valueOf(session.query(
                        "select count(*)::text from " + job.rows() + " t where " + (isTold() ? job.over() : job.past()))
                .get(0)[0]));
    }

    /** What each argument gets follows from its type. */
    private String arguments(String declared) {
        List<String> values = new ArrayList<>();
        for (String argument : declared.isBlank() ? new String[0] : declared.split(", ")) {
            if (argument.endsWith("interval")) {
                values.add("make_interval(days => " + job.retention().days() + ")");
            } else if (argument.endsWith("timestamp with time zone")) {
                values.add(literal(job.cutoff()) + "::timestamptz");
            } else if (argument.endsWith("integer") || argument.endsWith("bigint")) {
                values.add(Integer.toString(batch));
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
}

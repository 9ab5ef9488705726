package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what would go, and changes nothing. */
public final class Counting {
    private final Session session;

    public Counting(Session session) {
        this.session = session;
    }

    /**
     * Looks at a table.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code retention-stopped} when it cannot be read
     */
    public Due look(Job job) {
        try {
            return job.retention().byPartition() ? partitions(job) : rows(job, job.rows(), List.of());
        } catch (SqlFailure e) {
            throw refused(job, "be counted", e);
        }
    }

    private Due rows(Job job, String from, List<String> partitions) {
        String stays = job.held() + " or " + job.lasting();
        @Nullable
        String[] row = session.query("select (count(*) filter (where (" + stays + ") is not true))::text,"
                        + " (count(*) filter (where " + stays + "))::text from " + from + " t where " + job.over())
                .get(0);
        return new Due(job, Long.parseLong(String.valueOf(row[0])), Long.parseLong(String.valueOf(row[1])), partitions);
    }

    private Due partitions(Job job) {
        List<String> names = new ArrayList<>();
        long rows = 0;
        long held = 0;
        for (Partition partition : Partition.due(session, job)) {
            Due one = rows(job, partition.name().quoted(), List.of());
            if (one.held() == 0) {
                names.add(partition.name().toString());
                rows += one.rows();
            } else {
                held += one.held();
            }
        }
        return new Due(job, rows, held, names);
    }

    /** The problem of a table from which rows cannot go. */
    static RuntimeException refused(Job job, String what, SqlFailure e) {
        String help = switch (e.error().sqlState()) {
            case "42501" ->
                "this user needs select, update and delete on the table and on what its holds read, and for"
                        + " partitions has to own it; where row security hides rows, it must see all";
            case "23503", "23001" ->
                "let the rows that refer to it go first, or keep this table longer: lockkeeper classify check";
            case "55P03", "57014", "40P01" -> "run the same command again; it goes on from there";
            case "25006" -> "connect to the primary, or let somebody lift the setting";
            default -> "a function of the schema may know how: retention: {call: SCHEMA.FUNCTION}";
        };
        return Problem.of(Code.RETENTION_STOPPED, "rows of " + job.table() + " cannot " + what)
                .at(job.retention().place())
                .from(e.error().withoutValues())
                .help(help)
                .note("kept: what went before, and its evidence")
                .asException(e);
    }
}

package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import java.util.function.BooleanSupplier;

/**
 * Lets runs, results of checks and of comparisons go that are older than a rollup keeps them, some in each transaction. The last one of each
 * kind stays, and so does what nobody has put right: a run that failed and was followed by none that did not, a check whose last word on a
 * bucket is that it failed, and a bucket that differed and was neither computed nor found equal since.
 *
 * @param stopped asked between transactions whether to end
 */
public record LogKeeping(Site site, Rollup rollup, BooleanSupplier stopped) {
    private static final int BATCH = 1000;
    /** What a run does at most: after a long time without any, the rest is for the next ones. */
    private static final int BATCHES = 20;

    /**
     * Removes what may go; gives how many rows that were.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-stopped} when the server refuses it
     * @throws SqlFailure when the connection is lost
     */
    public long run() {
        try {
            return clear("rollup_run", "run_id", runs())
                    + clear("dq_result", "result_id", results())
                    + clear("recon_result", "recon_id", comparisons());
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            throw site.refused("old runs and results of rollup " + rollup.name() + " cannot be removed", e)
                    .at(rollup.place())
                    .note("kept: all marks and sums, and the runs and results")
                    .asException(e);
        }
    }

    private long clear(String table, String key, String which) {
        long all = 0;
        for (int i = 0; i < BATCHES && !stopped.getAsBoolean(); i++) {
            long some = Long.parseLong(String.valueOf(site.transaction(() -> site.value("with gone as (delete from "
                    + site.table(table) + " where " + key + " in (select o." + key + " from " + site.table(table)
                    + " o where o.rollup = " + literal(rollup.name()) + " and " + which + " limit " + BATCH
                    + ") returning 1) select count(*)::text from gone"))));
            all += some;
            if (some < BATCH) {
                break;
            }
        }
        return all;
    }

    private String old(String column) {
        return "o." + column + " < now() - interval '" + rollup.keep().toSeconds() + " s'";
    }

    private String runs() {
        String later = "exists (select from " + site.table("rollup_run")
                + " l where l.rollup = o.rollup and l.run_id > o.run_id and ";
        return old("started_at") + " and o.state <> 'running' and " + later
                + "l.state = o.state and l.cause = o.cause and l.adapter = o.adapter) and (o.state <> 'failed' or "
                + later + "l.state = 'done'))";
    }

    private String results() {
        String later = "exists (select from " + site.table("dq_result")
                + " l where l.rollup = o.rollup and l.check_id = o.check_id and l.result_id > o.result_id";
        return old("at") + " and " + later + ") and (o.outcome in ('pass', 'warn') or " + later
                + " and l.grain = o.grain and l.bucket_from is not distinct from o.bucket_from))";
    }

    private String comparisons() {
        return old("at") + " and exists (select from " + site.table("recon_result")
                + " l where l.rollup = o.rollup and l.class = o.class and l.recon_id > o.recon_id) and (exists (select from "
                + site.table("recon_result")
                + " l where l.rollup = o.rollup and l.grain = o.grain and l.bucket_start = o.bucket_start and l.recon_id >"
                + " o.recon_id) or exists (select from " + site.table("rollup_interval")
                + " i where i.rollup = o.rollup and i.grain = o.grain and i.bucket_start = o.bucket_start and"
                + " greatest(i.built_at, i.last_reconciled_at) > o.at))";
    }
}

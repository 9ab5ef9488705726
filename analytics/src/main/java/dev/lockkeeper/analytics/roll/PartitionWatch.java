package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.List;

/** What becomes of the partitions of the events while a rollup is computed: what nobody has looked at would take its sums along. */
record PartitionWatch(Site site, Rollup rollup) {
    /** So often a look is tried, and a transaction is made again whose partitions have gone meanwhile. */
    static final int PATIENCE = 3;

    /**
     * Looks at them, marks what has changed with them, and gives new ones their triggers.
     *
     * @return a problem for each that a writer has kept from having triggers
     * @throws LockkeeperException {@code lock-not-available} when they cannot be looked at
     */
    List<Problem> look() {
        for (int i = 0; i < PATIENCE; i++) {
            List<String> busy = site.watch();
            if (busy != null) {
                return busy.stream().map(this::unwatched).toList();
            }
        }
        throw unsettled(
                "it cannot be seen what became of the partitions of "
                        + rollup.source().name(),
                "another transaction holds a lock of what rollups keep, or of a partition");
    }

    /** Whether one that was there at the last look is there no longer, or on its way out. */
    boolean hasLost() {
        return !"0"
                .equals(
                        site.value(
                                "select count(*)::text from " + site.table("rollup_watch") + " w where w.marker = "
                                        + literal(site.schema()
                                                .marker(rollup.name())
                                                .name())
                                        + " and not w.is_source and not exists (select from pg_inherits i where i.inhrelid = w.relation and not i.inhdetachpending)"));
    }

    /** One has gone each time that something was computed. */
    LockkeeperException restless() {
        return unsettled(
                "partitions of " + rollup.source().name() + " come and go",
                "one has gone each time before what was computed could be kept");
    }

    private LockkeeperException unsettled(String message, String reason) {
        return Problem.of(Code.LOCK_NOT_AVAILABLE, message)
                .at(rollup.source().place())
                .because(reason)
                .note("kept: all marks, and the sums as they were")
                .help("run the same command again")
                .asException();
    }

    private Problem unwatched(String partition) {
        return Problem.of(Code.LOCK_NOT_AVAILABLE, "events of " + partition + " are not counted yet")
                .at(rollup.source().place())
                .because(
                        "it has no triggers that mark, and a transaction that writes it kept them from being made for 2 seconds")
                .help("the next run tries again; where some transaction always has it open, end these once");
    }
}

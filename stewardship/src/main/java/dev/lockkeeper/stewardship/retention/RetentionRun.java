package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets rows go from the tables of one database. Each batch is a transaction with its evidence, so that a run that is cut off anywhere
 * goes on with the next one.
 */
public final class RetentionRun {
    private final Session session;
    private final Evidence evidence;
    private final Pace pace;
    private final @Nullable Vault vault;
    private final Consumer<String> waiting;

    /**
     * @param session in no transaction; is not closed by it
     * @param vault where archives go; null when none is named
     * @param waiting told what is waited for
     */
    public RetentionRun(
            Session session, Evidence evidence, Pace pace, @Nullable Vault vault, Consumer<String> waiting) {
        this.session = session;
        this.evidence = evidence;
        this.pace = pace;
        this.vault = vault;
        this.waiting = waiting;
    }

    /** What went, and what kept tables from it. */
    public record Result(List<Gone> gone, List<Problem> problems) {
        public Result {
            gone = List.copyOf(gone);
            problems = List.copyOf(problems);
        }
    }

    /**
     * Does it. A table that refuses does not keep the others from it.
     *
     * @param jobs in the order in which they are done
     * @throws LockkeeperException {@code retention-stopped} when an archive is asked for and no folder is named
     */
    public Result run(Model model, List<Job> jobs, Consumer<Gone> told) {
        requireVault(jobs);
        if (vault != null) {
            vault.settle(name -> ArchiveNames.isOf(name, evidence.owner()), evidence.files(session));
        }
        List<Gone> all = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Job job : jobs) {
            try {
                Gone gone = job.retention().byPartition()
                        ? new Partitions(session, evidence, vault).run(job)
                        : new Batches(session, evidence, pace, vault, waiting).run(job, model.routines());
                all.add(gone);
                told.accept(gone);
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
                if (!session.isOpen()) {
                    break;
                }
            }
        }
        return new Result(all, problems);
    }

    private void requireVault(List<Job> jobs) {
        jobs.stream()
                .filter(job -> job.retention().strategy() == Retention.Strategy.ARCHIVE
                        && job.retention().call() == null)
                .findFirst()
                .filter(job -> vault == null)
                .ifPresent(job -> {
                    throw Problem.of(
                                    Code.RETENTION_STOPPED,
                                    "rows of " + job.table() + " are to be archived, and no folder is named")
                            .at(job.retention().place())
                            .help("add --archive DIR")
                            .note("kept: everything; no row went")
                            .asException();
                });
    }
}

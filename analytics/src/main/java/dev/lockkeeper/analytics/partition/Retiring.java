package dev.lockkeeper.analytics.partition;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.PartitionRule;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.retention.ArchiveNames;
import dev.lockkeeper.stewardship.retention.Partition;
import dev.lockkeeper.stewardship.retention.Vault;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets partitions go: their sums are found to be final, they become tables of their own, are compared with their sums once more, when nobody
 * can write them any longer, written into a file that is read again, and dropped in the transaction that says so.
 */
final class Retiring {
    private final Site site;
    private final Dialect dialect;
    private final Rollup keeper;
    private final List<Rollup> rollups;
    private final PartitionRule rule;
    private final Archive archive;
    private final PartitionLog log;
    private final List<PartitionReport.Gone> gone = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    /** @param rollups all that are made of the events of the table */
    Retiring(Site site, Dialect dialect, Rollup keeper, List<Rollup> rollups, PartitionRule rule, Archive archive) {
        this.site = site;
        this.dialect = dialect;
        this.keeper = keeper;
        this.rollups = rollups;
        this.rule = rule;
        this.archive = archive;
        this.log = new PartitionLog(site, dialect, keeper.source().name());
    }

    /** What went, and why the rest did not. */
    record Result(List<PartitionReport.Gone> gone, List<Problem> problems) {}

    /** @param due those whose time is over and whose sums are final, the oldest first */
    Result run(PartitionedTable table, List<Part> due) {
        archive.vault().settle(this::isOwn, log.files());
        goOn(table);
        PartitionRule.Functions functions = rule.functions();
        if (functions == null) {
            due.forEach(part -> attempt(() -> retire(table, part)));
        } else if (!due.isEmpty()) {
            attempt(() -> retire(table, due, functions));
        }
        return new Result(gone, problems);
    }

    private boolean isOwn(String name) {
        return ArchiveNames.isOf(name, archive.owner());
    }

    /** What stops one keeps the others from nothing. */
    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (LockkeeperException e) {
            problems.addAll(e.problems());
            if (!site.session().isOpen()) {
                throw e;
            }
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            problems.add(site.refused("a partition of " + keeper.source().name() + " cannot be let go", e)
                    .at(rule.place())
                    .note("kept: its events; the same command goes on where this one has stopped"));
        }
    }

    /** What an earlier run has begun. */
    private void goOn(PartitionedTable table) {
        for (PartitionLog.Begun begun : log.open()) {
            Partition partition = Partition.of(site.session(), begun.oid());
            if (partition == null) {
                site.transaction(() -> {
                    log.lost(begun);
                    return begun;
                });
            } else if (partition.state() == Partition.State.DETACHING) {
                partition.detach(site.session(), table.name());
                attempt(() -> finish(begun));
            } else if (partition.state() == Partition.State.DETACHED) {
                attempt(() -> finish(begun));
            }
        }
    }

    private void retire(PartitionedTable table, Part part) {
        Span span = Objects.requireNonNull(part.span());
        site.transaction(() -> {
            log.begin(part, span);
            return part;
        });
        part.partition().detach(site.session(), table.name());
        finish(begun(part.partition().oid()));
    }

    /** By the function of the schema, in one transaction: more than was found to be final must not go. */
    private void retire(PartitionedTable table, List<Part> due, PartitionRule.Functions functions) {
        Span last = Objects.requireNonNull(due.get(due.size() - 1).span());
        Set<Long> wanted = due.stream().map(part -> part.partition().oid()).collect(Collectors.toSet());
        List<Long> left = site.transaction(() -> {
            due.forEach(part -> log.begin(part, Objects.requireNonNull(part.span())));
            site.query("select p::text from "
                    + Objects.requireNonNull(functions.retire()).quoted() + "(now() - " + dialect.instant(last.to())
                    + ") p");
            List<Long> detached = table.parts().stream()
                    .map(part -> part.partition().oid())
                    .filter(oid -> isAlone(oid))
                    .toList();
            if (!wanted.containsAll(detached)) {
                throw problem("the function " + functions.retire() + " lets go of more than was asked for")
                        .help("it takes how long partitions are kept after their end")
                        .note("kept: everything")
                        .asException();
            }
            detached.forEach(log::detached);
            return detached;
        });
        for (long oid : left) {
            attempt(() -> finish(begun(oid)));
        }
    }

    private boolean isAlone(long oid) {
        return site.query("select from pg_inherits where inhrelid = " + oid).isEmpty();
    }

    private PartitionLog.Begun begun(long oid) {
        return log.open().stream().filter(one -> one.oid() == oid).findFirst().orElseThrow();
    }

    private void finish(PartitionLog.Begun begun) {
        Partition partition = Objects.requireNonNull(Partition.of(site.session(), begun.oid()));
        Vault.Written file = site.transaction(() -> gone(begun, partition));
        archive.vault().keep(file);
        gone.add(new PartitionReport.Gone(
                partition.name().toString(), begun.span(), file.rows(), file.name(), file.sha256()));
    }

    private Vault.Written gone(PartitionLog.Begun begun, Partition partition) {
        String table = partition.name().quoted();
        PartitionRule.Functions functions = rule.functions();
        if (functions == null) {
            site.asOwner("set local lock_timeout = '2s'; lock table " + table
                    + " in access exclusive mode; alter table " + table
                    + " no force row level security, disable row level security"
                    + (site.role() == null ? "" : "; grant select on " + table + " to " + identifier(site.role())));
        }
        new Finality(site, dialect, rollups)
                .against(begun.span(), partition.name())
                .ifPresent(reason -> {
                    throw problem("partition " + partition.name() + " was detached, and has " + reason)
                            .help("attach it again, and see why: alter table "
                                    + keeper.source().name().quoted() + " attach partition " + table
                                    + " for values from ("
                                    + literal(begun.span().from().toString()) + ") to ("
                                    + literal(begun.span().to().toString()) + ")")
                            .note("kept: the partition with all its rows, as a table of its own")
                            .asException();
                });
        Vault.Written file = archive.write(site, partition, rule.form());
        log.dropped(begun, file);
        if (functions == null) {
            site.asOwner("drop table " + table);
        } else {
            site.query("select " + Objects.requireNonNull(functions.drop()).quoted() + "("
                    + literal(partition.name().name()) + ", " + file.rows() + ", "
                    + literal(file.name() + " sha256:" + file.sha256()) + ")::text");
            requireGone(partition, functions);
        }
        return file;
    }

    private void requireGone(Partition partition, PartitionRule.Functions functions) {
        if (Partition.of(site.session(), partition.oid()) != null) {
            throw problem("the function " + functions.drop() + " has not dropped " + partition.name())
                    .help("it takes the name of the table, the number of its rows, and where they are")
                    .note("kept: the partition with all its rows")
                    .asException();
        }
    }

    private Problem problem(String message) {
        return Problem.of(Code.ANALYTICS_PARTITIONS, message).at(rule.place());
    }
}

package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.FailedStep;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Changes the record where a person knows better, alone, in one transaction with the entry of the audit chain. */
public final class Repairs {
    private final HistoryTable table;
    private final Migrations migrations;
    private final Consumer<String> waiting;

    /** @param waiting told who holds the runner lock */
    public Repairs(HistoryTable table, Migrations migrations, Consumer<String> waiting) {
        this.table = table;
        this.migrations = migrations;
        this.waiting = waiting;
    }

    /**
     * Carries out a repair.
     *
     * @param others opens more sessions
     * @param patience how long to wait for the runner lock
     * @throws dev.lockkeeper.problem.LockkeeperException {@code repair-unfit} when it does not fit what the record says;
     *     or what the server has against it
     */
    public void run(Repair repair, Session control, Supplier<Session> others, Duration patience) {
        new RecordLock(table, waiting, () -> {})
                .holding(
                        control,
                        others,
                        patience,
                        history -> repair.action() == Repair.Action.APPLIED
                                || history.about().layout() > 0,
                        writes -> writes,
                        (history, writes) -> {
                            try {
                                table.requireGuards(control);
                                control.execute(table.audit().othersEnded(null, "repair") + ";"
                                        + change(spelled(repair, history), history, control));
                                return repair;
                            } catch (SqlFailure e) {
                                throw e.problem("the server refused the repair, so nothing was changed")
                                        .asException(e);
                            }
                        });
    }

    /** With the version as the record or its file spells it: 7, 007 and 7.0 are one. */
    private Repair spelled(Repair repair, History history) {
        Version version = Version.parse(repair.name()).orElse(null);
        if (version == null) {
            return repair;
        }
        Stream<Version> recorded = Stream.of(
                        history.applied().stream().map(Entry::version),
                        history.progress().stream().flatMap(p -> Stream.ofNullable(p.version())),
                        history.failed().stream().flatMap(f -> Version.parse(f.name()).stream()),
                        migrations.all().stream().map(Migration::version))
                .flatMap(own -> own);
        List<Version> versions = recorded.toList();
        Version meant = version.among(versions);
        Version known = versions.stream().filter(meant::equals).findFirst().orElse(meant);
        return new Repair(known.toString(), repair.action(), repair.reason());
    }

    private String change(Repair repair, History history, Session control) {
        if (repair.action() == Repair.Action.RETRY) {
            return retried(repair, history);
        }
        if (repair.action() == Repair.Action.STATEMENT_DONE || repair.action() == Repair.Action.STATEMENT_UNDONE) {
            return statement(repair, history);
        }
        Version version = Version.parse(repair.name())
                .orElseThrow(() -> Problem.of(Code.USAGE, repair.name() + " is not a version")
                        .help("for a repeatable script there are --as retry, statement-done and statement-undone")
                        .asException());
        return switch (repair.action()) {
            case APPLIED -> applied(repair, version, history);
            case NOT_APPLIED -> notApplied(repair, version, history);
            case EDITED -> edited(repair, version, history, control);
            case RETRY, STATEMENT_DONE, STATEMENT_UNDONE -> throw new IllegalStateException("done above");
        };
    }

    /** Of a repeatable script that was begun, as if it had not been: it bears to be run again. */
    private String retried(Repair repair, History history) {
        Optional<FailedStep> failed = history.failureOf(repair.name());
        boolean begun = Version.parse(repair.name()).isEmpty()
                && !history.progressOf(repair.name()).isEmpty();
        if (failed.isEmpty() && !begun) {
            throw unfit(repair.name() + " has not failed", "lockkeeper status shows what has");
        }
        return failed.map(f -> table.sql().forgetFailure(f.name()) + ";").orElse("")
                + (begun ? table.sql().forgetProgress(repair.name()) + ";" : "")
                + audit(
                        repair,
                        failed.map(FailedStep::sentence).orElse("was begun and not finished"),
                        AuditSql.nothing());
    }

    private String applied(Repair repair, Version version, History history) {
        if (history.find(version).isPresent()) {
            throw unfit("version " + version + " is applied already", null);
        }
        UUID run = UUID.randomUUID();
        return table.sql().adopted(migration(version), null, null, 0, "repair", "", run) + ";" + forget(version)
                + audit(
                        repair,
                        "recorded as applied",
                        table.audit().showing(AuditedTable.HISTORY, "t.run = " + literal(run.toString())));
    }

    private String notApplied(Repair repair, Version version, History history) {
        Optional<Entry> entry = history.find(version);
        boolean begun = !history.progressOf(version.toString()).isEmpty();
        if (entry.isEmpty() && !begun) {
            throw unfit("version " + version + " is not applied", null);
        }
        String record = entry.map(e -> table.sql().rolledBack(e, UUID.randomUUID()) + ";")
                .orElse("");
        String was = entry.map(e -> "applied " + e.appliedAt() + " by " + e.appliedBy())
                .orElse("begun and not finished");
        String shown = table.audit()
                .showingOutOfForce(entry.map(e -> "t.id = " + e.id()).orElse("false"));
        return record + table.sql().outOfForce() + ";" + forget(version) + audit(repair, "was " + was, shown);
    }

    private String edited(Repair repair, Version version, History history, Session control) {
        Entry entry = history.find(version)
                .orElseThrow(() -> unfit("version " + version + " is not applied", "edit its file as you like"));
        Migration migration = migration(version);
        if (entry.checksum().is(migration.up().checksum())) {
            throw unfit("the up script of version " + version + " is what was applied", null);
        }
        return table.sql().edited(entry, migration) + ";"
                + audit(
                        repair,
                        "checksum was " + entry.checksum() + " of:\n" + table.script(control, entry),
                        table.audit().showing(AuditedTable.HISTORY, "t.id = " + entry.id()));
    }

    private String statement(Repair repair, History history) {
        Progress progress = history.progressOf(repair.name()).stream()
                .filter(p -> p.state() == Progress.State.STARTED)
                .findFirst()
                .orElseThrow(() -> unfit("no statement of " + repair.name() + " was interrupted", null));
        String change = repair.action() == Repair.Action.STATEMENT_DONE
                ? table.sql().progress(progress.as(Progress.State.DONE), UUID.randomUUID())
                : table.sql().forgetProgress(progress);
        return change + ";" + audit(repair, "statement " + progress.ordinal() + " was started", AuditSql.nothing());
    }

    private Migration migration(Version version) {
        return migrations
                .find(version)
                .orElseThrow(() -> unfit(
                        "version " + version + " has no file",
                        "bring its file back, or lockkeeper status for the versions"));
    }

    private String forget(Version version) {
        return table.sql().forgetProgress(version.toString()) + ";"
                + table.sql().forgetFailure(version.toString()) + ";";
    }

    /** @param payload an SQL expression */
    private String audit(Repair repair, String detail, String payload) {
        return table.audit().entry(repair.name(), "repair " + repair.action().key(), repair.reason(), detail, payload);
    }

    private static RuntimeException unfit(String message, @Nullable String help) {
        return Problem.of(Code.REPAIR_UNFIT, message).help(help).asException();
    }
}

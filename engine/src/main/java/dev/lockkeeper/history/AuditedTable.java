package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Locale;

/** A table of the record whose rows the audit chain explains, with how an entry shows one of its rows. */
public enum AuditedTable {
    /** What was applied. */
    HISTORY("t.id, t.component, t.version, t.description, t.checksum, t.rendered_checksum, t.applied_at, t.applied_by,"
            + " t.duration_ms, t.statements, t.plan_digest, t.run, t.state, t.rolled_back_at, t.rolled_back_by,"
            + " t.rolled_back_run, t.origin"),
    /** The runs of repeatable scripts. What a run had made is left out: it is a cache of what the catalog shows. */
    REPEATABLE("t.id, t.component, t.name, t.checksum, t.rendered_checksum, t.applied_at, t.applied_by, t.duration_ms,"
            + " t.statements, t.plan_digest, t.run, t.in_force"),
    /** Approvals; there only when one was kept. */
    APPROVAL("t.id, t.plan_digest, t.environment, t.principal, t.key, t.maker, t.authors, t.signature, t.recorded_at,"
            + " t.recorded_by"),
    /** Emergencies; there only when one was kept. */
    BREAK_GLASS("t.id, t.plan_digest, t.environment, t.reason, t.maker, t.done_at, t.done_by"),
    /** Comments on plans; there only when one was kept. */
    PLAN_COMMENT("t.id, t.plan_digest, t.environment, t.comment, t.resolves, t.principal, t.document, t.recorded_at,"
            + " t.recorded_by"),
    /** What became of rows whose time was over; there only when some were. */
    RETENTION(
            "t.id, t.run, t.component, t.relation, t.strategy, t.state, t.cutoff, t.affected, t.part, t.part_oid, t.file,"
                    + " t.file_sha256, t.rules_sha256, t.done_at, t.done_by"),
    /** Requests of persons to be forgotten, and what became of them; there only when there was one. */
    ERASURE("t.id, t.request, t.event, t.subject, t.person, t.due_at, t.plan_digest, t.principal, t.key, t.signature,"
            + " t.affected, t.detail, t.reason, t.recorded_at, t.recorded_by");

    /** Whether the text of the script is in the row; null, which is left out, when it is, as it nearly always is. */
    private static final String HELD =
            "case when t.script = " + literal(Script.NOT_KEPT) + " || t.checksum then false end as held";

    private final String columns;

    AuditedTable(String columns) {
        this.columns = columns;
    }

    /** Its name in the schema of the record, and in the payload of an entry. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The actions of the entries that tell a row which is added by itself; none for tables of which the entries of runs tell. */
    List<String> actions() {
        return switch (this) {
            case HISTORY, REPEATABLE -> List.of();
            case APPROVAL -> List.of("approve");
            case BREAK_GLASS -> List.of("break-glass");
            case PLAN_COMMENT -> List.of("comment", "resolve");
            case RETENTION -> List.of(DataRecord.RETAIN);
            case ERASURE -> List.of(DataRecord.ERASE);
        };
    }

    /** The columns of a row {@code t}. */
    String columns() {
        return hasScripts() ? columns + ", " + HELD : columns;
    }

    /** Whether it keeps the text of a script beside the script's checksum. */
    public boolean hasScripts() {
        return this == HISTORY || this == REPEATABLE;
    }
}

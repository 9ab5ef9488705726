package dev.lockkeeper.history;

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
    BREAK_GLASS("t.id, t.plan_digest, t.environment, t.reason, t.maker, t.done_at, t.done_by");

    private final String columns;

    AuditedTable(String columns) {
        this.columns = columns;
    }

    /** Its name in the schema of the record, and in the payload of an entry. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The columns of a row {@code t}. */
    String columns() {
        return columns;
    }

    /** Whether it keeps the text of a script beside the script's checksum. */
    public boolean hasScripts() {
        return this == HISTORY || this == REPEATABLE;
    }
}

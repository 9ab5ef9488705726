package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the record keeps of rows whose time was over and of persons who were forgotten. Its two tables are made when they are first
 * written to. Each row and its entry in the audit chain are one statement, which belongs into the transaction of what it tells.
 */
public final class DataRecord {
    /** The action of the entry for a batch of retention. */
    public static final String RETAIN = "retain";

    /** The action of the entry for an event of a request to be forgotten. */
    public static final String ERASE = "erase";

    private final HistoryTable record;

    public DataRecord(HistoryTable record) {
        this.record = record;
    }

    /** Creates both tables where they are missing; the record must be there. */
    public void create(Session session) {
        try {
            record.requireGuards(session);
            // what is made anew must not stand in for what was taken away
            new ToldRows(record.schema()).require(session, AuditedTable.RETENTION);
            new ToldRows(record.schema()).require(session, AuditedTable.ERASURE);
            if (!isThere(session, AuditedTable.RETENTION) || !isThere(session, AuditedTable.ERASURE)) {
                session.execute(tables());
            }
        } catch (SqlFailure e) {
            throw unwritable(e);
        }
    }

    /**
     * The statement that keeps a row and tells it in the chain. Times and users are the server's.
     *
     * @param values SQL expressions by the names of columns
     */
    public String kept(AuditedTable table, Map<String, String> values, @Nullable String reason) {
        Map<String, String> all = new LinkedHashMap<>(values);
        boolean retention = table == AuditedTable.RETENTION;
        // named, for a default of the table may have been altered
        all.put(retention ? "done_at" : "recorded_at", "pg_catalog.clock_timestamp()");
        all.put(retention ? "done_by" : "recorded_by", "session_user");
        String insert = "insert into " + table(table) + " (" + String.join(", ", all.keySet()) + ") values ("
                + String.join(", ", all.values()) + ") returning *";
        return record.audit().telling(insert, table, retention ? RETAIN : ERASE, reason, null);
    }

    /**
     * Rows of a table; none where it was never written to.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-unfit} when rows are gone of which the audit chain tells
     * @param rest conditions and order behind {@code from TABLE t}
     */
    public List<@Nullable String[]> read(Session session, AuditedTable table, String columns, String rest) {
        try {
            return new ToldRows(record.schema()).require(session, table)
                    ? session.query("select " + columns + " from " + table(table) + " t " + rest)
                    : List.of();
        } catch (SqlFailure e) {
            throw record.unreadable(e);
        }
    }

    private boolean isThere(Session session, AuditedTable table) {
        return "t".equals(session.query(record.audit().exists(table)).get(0)[0]);
    }

    /** The problem behind a row that could not be kept. */
    public RuntimeException unwritable(SqlFailure e) {
        if (e.error().sqlState().equals("42501")) {
            return Problem.of(
                            Code.HISTORY_HIDDEN,
                            "this user may not keep what becomes of data in Lockkeeper's record in schema "
                                    + record.schema())
                    .from(e.error())
                    .help("grant usage on schema " + identifier(record.schema()) + " and select, insert on its tables"
                            + " retention, erasure and audit to this user; the user who applies makes them")
                    .asException(e);
        }
        return record.unwritable(e);
    }

    private String table(AuditedTable table) {
        return identifier(record.schema()) + "." + table.key();
    }

    private String tables() {
        return """
            create table if not exists %1$s.retention (
              id bigint generated always as identity,
              run uuid not null,
              component text not null,
              relation text not null,
              strategy text not null,
              state text not null,
              cutoff timestamptz not null,
              affected bigint,
              part text,
              part_oid bigint,
              file text,
              file_sha256 text,
              rules_sha256 text not null,
              done_at timestamptz not null default clock_timestamp(),
              done_by text not null default session_user,
              constraint retention_pkey primary key (id),
              constraint retention_strategy_check check (strategy in ('delete', 'anonymize', 'archive')),
              constraint retention_state_check check (state in ('begun', 'done')),
              constraint retention_file_check check ((file is null) = (file_sha256 is null))
            );
            comment on table %1$s.retention is
              'One row for each batch of rows that went because their time was over. Rows are only ever added.';
            comment on column %1$s.retention.state is 'begun: the partition is being detached; done: all of the batch is done.';
            comment on column %1$s.retention.cutoff is 'Rows from before this time went.';
            comment on column %1$s.retention.affected is 'How many rows; null for what is begun.';
            comment on column %1$s.retention.part is 'The partition that went as a whole; null for single rows.';
            comment on column %1$s.retention.file_sha256 is 'SHA-256 of the file in which the rows are kept; null when they are in none.';
            comment on column %1$s.retention.rules_sha256 is 'SHA-256 of the classification file that said so.';
            create or replace trigger retention_append_only before update or delete or truncate on %1$s.retention
              for each statement execute function %1$s.refuse_change();
            alter table %1$s.retention enable always trigger retention_append_only;
            create table if not exists %1$s.erasure (
              id bigint generated always as identity,
              request uuid not null,
              event text not null,
              subject text not null,
              person text not null,
              due_at timestamptz,
              plan_digest text,
              principal text,
              key text,
              signature text,
              affected bigint,
              detail text,
              reason text,
              recorded_at timestamptz not null default clock_timestamp(),
              recorded_by text not null default session_user,
              constraint erasure_pkey primary key (id),
              constraint erasure_event_check check (event in ('requested', 'approved', 'erased', 'reapplied', 'withdrawn')),
              constraint erasure_due_check check ((event = 'requested') = (due_at is not null)),
              constraint erasure_approved_check check ((event = 'approved') = (signature is not null))
            );
            create unique index if not exists erasure_requested_key on %1$s.erasure (request) where event = 'requested';
            create unique index if not exists erasure_approved_key on %1$s.erasure (request, plan_digest, key)
              where event = 'approved';
            comment on table %1$s.erasure is
              'Requests of persons to be forgotten, and what became of them. Rows are only ever added.';
            comment on column %1$s.erasure.person is
              'Keyed hash of the key of the person: the name of the hash, of the key, and the hash. Nothing else tells who it is.';
            comment on column %1$s.erasure.due_at is 'Until when it must be done; null for other events.';
            comment on column %1$s.erasure.plan_digest is 'The plan that was approved or carried out.';
            create or replace trigger erasure_append_only before update or delete or truncate on %1$s.erasure
              for each statement execute function %1$s.refuse_change();
            alter table %1$s.erasure enable always trigger erasure_append_only;
            """.formatted(identifier(record.schema()));
    }
}

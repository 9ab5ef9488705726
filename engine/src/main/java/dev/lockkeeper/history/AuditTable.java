package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

/**
 * The SQL that creates the audit chain of a record: its table, what chains its rows, and its first entry.
 *
 * <p>The server itself numbers and chains what is inserted, under a lock that lasts until the end of the transaction, so that
 * several components append to one chain. The columns and the text that is hashed are described in docs/audit.md.
 */
final class AuditTable {
    /** The triggers of the table that fire before each row. */
    static final String CHAINED = "audit_chained";

    /** The upper half of the key of the lock under which entries are appended; the lower half is the OID of the table. */
    private static final long LOCK = 1_279_607_397L << 32;

    private AuditTable() {}

    /** Creates what is missing, and gives a table of an older layout what it lacks; its rows stay as they are. */
    static String create(String s) {
        return """
            create table if not exists %1$s.audit (
              id bigint generated always as identity,
              component text not null,
              version text,
              action text not null,
              reason text,
              detail text,
              done_at timestamptz not null default clock_timestamp(),
              done_by text not null default session_user,
              constraint audit_pkey primary key (id),
              constraint audit_reason_check check (reason ~ '\\S')
            );
            alter table %1$s.audit alter column reason drop not null, alter column detail drop not null,
              add column if not exists seq bigint, add column if not exists actor text,
              add column if not exists target text, add column if not exists payload text,
              add column if not exists prev_hash text, add column if not exists hash text;
            create unique index if not exists audit_seq_key on %1$s.audit (seq);
            comment on table %1$s.audit is
              'What changed this record and the database, by whom and why, each entry with the hash of the one before. Rows are only ever added.';
            comment on column %1$s.audit.seq is 'Counts from 1 without gaps; null for rows from before the chain, which entry 1 seals.';
            comment on column %1$s.audit.payload is 'What was planned or done, as JSON.';
            comment on column %1$s.audit.hash is
              'SHA-256 over the other columns but id, and so over the hash of the entry before.';
            create or replace function %1$s.chain_audit() returns trigger language plpgsql
              set search_path = pg_catalog, pg_temp as $lockkeeper$
            declare
              last record;
              told text := 'lockkeeper audit 1' || chr(10);
              field text;
            begin
              perform pg_advisory_xact_lock(%2$d + tg_relid::bigint);
              select a.seq, a.hash, a.target into last from %1$s.audit a where a.seq is not null order by a.seq desc limit 1;
              new.seq := coalesce(last.seq, 0) + 1;
              new.prev_hash := coalesce(last.hash, '');
              new.target := current_database() || ' ' || (select d.oid from pg_database d where d.datname = current_database());
              if starts_with(last.target, new.target || ' ') then
                new.target := last.target;
              elsif has_function_privilege('pg_catalog.pg_control_system()', 'execute') then
                new.target := new.target || ' ' || (select c.system_identifier from pg_control_system() c);
              end if;
              foreach field in array array[new.seq::text, new.prev_hash,
                to_char(new.done_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), new.done_by, new.actor, new.target,
                new.component, new.version, new.action, new.reason, new.detail, new.payload] loop
                told := told || case when field is null then '-;'
                  else octet_length(convert_to(field, 'UTF8')) || ':' || field || ';' end;
              end loop;
              new.hash := encode(sha256(convert_to(told, 'UTF8')), 'hex');
              return new;
            end $lockkeeper$;
            create or replace trigger audit_chained before insert on %1$s.audit
              for each row execute function %1$s.chain_audit();
            alter table %1$s.audit enable always trigger audit_chained;
            create or replace function %1$s.refuse_change() returns trigger language plpgsql
              set search_path = pg_catalog, pg_temp as $lockkeeper$ begin
              raise exception '%% of %%.%% is refused: rows are only ever added', tg_op, tg_table_schema, tg_table_name
                using errcode = 'insufficient_privilege';
            end $lockkeeper$;
            create or replace trigger audit_append_only before update or delete or truncate on %1$s.audit
              for each statement execute function %1$s.refuse_change();
            alter table %1$s.audit enable always trigger audit_append_only;
            """.formatted(s, LOCK);
    }

    /** Begins the chain, if it is not begun, with what the record holds already. */
    static String begin(String schema) {
        AuditSql sql = new AuditSql(schema);
        String s = identifier(schema);
        return """
            do $lockkeeper$ declare approvals text; emergencies text; ids text := pg_get_serial_sequence(%11$s, 'id'); begin
              if exists (select from %1$s.audit where seq is not null) then
                return;
              end if;
              if to_regclass(%2$s) is not null then
                execute %4$s into approvals;
              end if;
              if to_regclass(%3$s) is not null then
                execute %5$s into emergencies;
              end if;
              insert into %1$s.audit (done_at, done_by, component, actor, action, payload)
                select clock_timestamp(), session_user, '', %10$s, 'record',
                json_build_object('record', gen_random_uuid(), 'schema', %6$s::text, 'sealed', (select count(*) from %1$s.audit),
                  'sealed_sha256', %7$s,
                  'runs', (select coalesce(json_agg(r.run), '[]'::json) from %1$s.run r where r.ended_at is null),
                  'history', (%8$s)::json, 'repeatable', (%9$s)::json, 'approval', coalesce(approvals, '[]')::json,
                  'break_glass', coalesce(emergencies, '[]')::json)::text;
              -- with wal_level minimal a crash would take the sequence back to what it was when this transaction ended
              if has_sequence_privilege(ids, 'update') then
                perform setval(ids, (select max(id) from %1$s.audit));
              end if;
            end $lockkeeper$;
            """.formatted(
                        s,
                        literal(s + ".approval"),
                        literal(s + ".break_glass"),
                        literal(sql.rows(AuditedTable.APPROVAL, "true")),
                        literal(sql.rows(AuditedTable.BREAK_GLASS, "true")),
                        literal(s),
                        sealed(s),
                        sql.rows(AuditedTable.HISTORY, "true"),
                        sql.rows(AuditedTable.REPEATABLE, "true"),
                        AuditSql.nullable(Actor.here()),
                        literal(s + ".audit"));
    }

    /** The digest of the rows from before the chain, in the order in which they were written. */
    private static String sealed(String s) {
        StringBuilder fields = new StringBuilder();
        for (String column : new String[] {
            "a.id::text",
            "to_char(a.done_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
            "a.done_by",
            "a.component",
            "a.version",
            "a.action",
            "a.reason",
            "a.detail"
        }) {
            fields.append(fields.isEmpty() ? "" : " || ")
                    .append("coalesce(octet_length(convert_to(" + column + ", 'UTF8')) || ':' || " + column
                            + " || ';', '-;')");
        }
        return "(select encode(sha256(convert_to(coalesce(string_agg(" + fields
                + ", '' order by a.id), ''), 'UTF8')), 'hex') from " + s + ".audit a where a.seq is null)";
    }
}

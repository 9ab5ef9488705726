package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The SQL that creates Lockkeeper's record in a database. */
final class RecordTables {
    private RecordTables() {}

    /** The names of the record's own triggers. */
    static List<String> triggers() {
        return List.of("audit_append_only", AuditTable.CHAINED, "journal_done_once");
    }

    /**
     * A trigger that keeps rows of the record from being changed.
     *
     * @param type the bits of {@code pg_trigger.tgtype} (pg_trigger.h, TRIGGER_TYPE_*)
     * @param body of the function that it runs
     */
    record Guard(String table, String trigger, int type, String function, String body) {}

    /** The triggers of the tables that may be there, as this build makes them. */
    static List<Guard> guards(String schema) {
        String made = tables(identifier(schema)) + AuditTable.create(identifier(schema));
        String refused = body(made, "refuse_change");
        // before each statement that updates, deletes or truncates
        int appendOnly = 2 + 8 + 16 + 32;
        return List.of(
                new Guard("audit", AuditTable.CHAINED, 1 + 2 + 4, "chain_audit", body(made, "chain_audit")),
                new Guard("audit", "audit_append_only", appendOnly, "refuse_change", refused),
                new Guard("approval", "approval_append_only", appendOnly, "refuse_change", refused),
                new Guard("break_glass", "break_glass_append_only", appendOnly, "refuse_change", refused),
                new Guard("plan_comment", "plan_comment_append_only", appendOnly, "refuse_change", refused),
                new Guard("retention", "retention_append_only", appendOnly, "refuse_change", refused),
                new Guard("erasure", "erasure_append_only", appendOnly, "refuse_change", refused),
                new Guard(
                        "journal",
                        "journal_done_once",
                        1 + 2 + 16,
                        "refuse_repetition",
                        body(made, "refuse_repetition")));
    }

    /** Makes the triggers anew of the tables that came with a first row; those that are as they were made are left alone. */
    private static String guarded(String schema) {
        String s = identifier(schema);
        String guards = guards(schema).stream()
                .filter(guard -> guard.function().equals("refuse_change"))
                .map(guard ->
                        "(" + literal(guard.table()) + ", " + literal(guard.trigger()) + ", " + guard.type() + ")")
                .collect(Collectors.joining(", "));
        return """

            do $lockkeeper$ declare guard record; begin
              for guard in select g.relation, g.name from (values %2$s) g (relation, name, type)
                join pg_class c on c.relnamespace = to_regnamespace(%1$s) and c.relname = g.relation and c.relkind = 'r'
                where not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = g.name and t.tgenabled = 'A'
                  and t.tgtype = g.type and t.tgqual is null and t.tgfoid = to_regproc(%3$s)) loop
                execute format('create or replace trigger %%I before update or delete or truncate on %%s.%%I'
                  ' for each statement execute function %%s.refuse_change()', guard.name, %1$s, guard.relation, %1$s);
                execute format('alter table %%s.%%I enable always trigger %%I', %1$s, guard.relation, guard.name);
              end loop;
            end $lockkeeper$;
            """.formatted(literal(s), guards, literal(s + ".refuse_change"));
    }

    private static String body(String sql, String function) {
        String quote = "$lockkeeper$";
        int from = sql.indexOf(quote, sql.indexOf("." + function + "() returns trigger")) + quote.length();
        return sql.substring(from, sql.indexOf(quote, from));
    }

    /** The layout that this build writes. */
    static final int LAYOUT = 3;

    /** SQLSTATE of a statement that another run has recorded as done. */
    static final String REPEATED = "LK001";

    /** SQLSTATE of a table that stands where one of ours belongs. */
    static final String FOREIGN = "LK002";

    /** SQLSTATE of tables that something on the server has changed as they were made. */
    static final String BENT = "LK003";

    /** What layout 1 had in its first form; the rest came later. */
    private static final Map<String, String> FIRST = Map.of(
            "history",
            "id component version description checksum rendered_checksum script applied_at applied_by duration_ms"
                    + " statements plan_digest run state rolled_back_at rolled_back_by rolled_back_run",
            "journal",
            "component version direction ordinal statement_digest state run changed_at",
            "repeatable",
            "id component name checksum rendered_checksum script applied_at applied_by run",
            "failure",
            "component version direction sqlstate message failed_at failed_by run",
            "audit",
            "id component version action reason detail done_at done_by",
            "run",
            "run component command pid backend_start ended_at",
            "component",
            "component project first_script",
            "about",
            "one layout project");

    /** The columns that a table has had from its first form on, as {@code table.column}. */
    static Set<String> first(String table) {
        return Stream.of(FIRST.getOrDefault(table, "").split(" "))
                .map(column -> table + "." + column)
                .collect(Collectors.toSet());
    }

    /** The names of all tables of the record. */
    static List<String> names() {
        return FIRST.keySet().stream().sorted().toList();
    }

    /**
     * Creates what is missing, and brings a record of an older layout to this one; safe to run again and by several runners
     * at once. A schema that exists is not created even if not exists: that asks for CREATE on the database first (manual,
     * "CREATE SCHEMA"). Its comment needs its owner, so the layout stands in a table.
     *
     * @param project the name of the project that asks for it; null when it has none
     */
    static String create(String schema, @Nullable String project) {
        String s = identifier(schema);
        return LOCK + ";" + schema(s) + tables(s) + AuditTable.create(s) + guarded(schema) + unbent(s)
                + AuditTable.begin(schema) + rows(s, project);
    }

    /** The statement after which no other runner creates a record or enters a component until the transaction ends. */
    static final String LOCK = "select pg_advisory_xact_lock(5495418623151410546)";

    private static String schema(String s) {
        String columns = FIRST.entrySet().stream()
                .flatMap(e -> Stream.of(e.getValue().split(" ")).map(c -> "('" + e.getKey() + "', '" + c + "')"))
                .sorted()
                .collect(Collectors.joining(", "));
        return """

            do $lockkeeper$ declare stranger text; begin
              if to_regnamespace(%2$s) is null then
                create schema %1$s;
              end if;
              if pg_has_role((select nspowner from pg_namespace where oid = to_regnamespace(%2$s)), 'usage') then
                comment on schema %1$s is
                  'Record of Lockkeeper: which migrations were applied. Written by Lockkeeper only.';
              end if;
              select c.relname into stranger from pg_class c
                where c.relnamespace = to_regnamespace(%2$s) and c.relname in (%3$s)
                and (c.relkind <> 'r' or exists (select from (values %4$s) ours (relation, name)
                  where ours.relation = c.relname and not exists (select from pg_attribute a
                    where a.attrelid = c.oid and a.attname = ours.name and not a.attisdropped)))
                order by 1 limit 1;
              if found then
                raise exception '%%.%% is not a table of Lockkeeper', %2$s, quote_ident(stranger)
                  using errcode = '%5$s';
              end if;
              if exists (select from pg_attribute a join pg_class c on c.oid = a.attrelid
                where c.relnamespace = to_regnamespace(%2$s) and c.relname = 'failure' and a.attname = 'position_in_line') then
                -- of an early build; it only keeps a step from being tried again
                drop table %1$s.failure;
              end if;
            end $lockkeeper$;
            """.formatted(
                        s,
                        literal(s),
                        names().stream().map(n -> literal(n)).collect(Collectors.joining(", ")),
                        columns,
                        FOREIGN);
    }

    private static String rows(String s, @Nullable String project) {
        return """
            insert into %1$s.component (component, first_script)
              select distinct on (component) component,
                (select h.rendered_checksum from %1$s.history h where h.component = known.component and h.state = 'applied'
                  order by h.id limit 1)
              from (select component from %1$s.history union select component from %1$s.journal
                union select component from %1$s.repeatable) known
              on conflict on constraint component_pkey do nothing;
            insert into %1$s.about (layout, project) values (%2$d, %3$s)
              on conflict on constraint about_pkey do update set layout = excluded.layout
              where about.layout < excluded.layout;
            """.formatted(s, LAYOUT, project == null ? "null" : literal(project));
    }

    /** An event trigger of the database may change each table as it is made, such as by hiding its rows. */
    private static String unbent(String s) {
        return """
            do $lockkeeper$ declare wrong text; begin
              select string_agg(ours.name || case when c.oid is null then ' is not there'
                  when c.relpersistence <> 'p' then ' is not a permanent table'
                  when row_security_active(c.oid) then ' has row security, which hides its rows from this user'
                  else ' has columns that it should not have' end, ', ' order by ours.name) into wrong
                from unnest(array[%3$s]) ours (name)
                left join pg_class c on c.relnamespace = to_regnamespace(%2$s) and c.relname = ours.name
                where c.oid is null or c.relpersistence <> 'p' or row_security_active(c.oid)
                or exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.attnotnull
                  and not a.atthasdef and a.attidentity = '' and not a.attisdropped and a.attname not in (%5$s));
              if wrong is not null then
                raise exception 'Lockkeeper''s tables are not as it made them: %%', wrong using errcode = '%4$s',
                  detail = coalesce('event triggers of this database: ' || (select string_agg(quote_ident(evtname), ', '
                    order by evtname) from pg_event_trigger where evtenabled <> 'D'), 'the database has no event trigger');
              end if;
            end $lockkeeper$;
            """.formatted(
                        s,
                        literal(s),
                        names().stream().map(n -> literal(n)).collect(Collectors.joining(", ")),
                        BENT,
                        Stream.of(REQUIRED.split(" ")).map(n -> literal(n)).collect(Collectors.joining(", ")));
    }

    /** The columns, of whichever table, that have no default and must not be null. */
    private static final String REQUIRED = "component version description checksum rendered_checksum script duration_ms"
            + " statements plan_digest run direction ordinal statement_digest state name sent_checksum place sqlstate message"
            + " action reason detail command layout";

    private static String tables(String s) {
        return """
            create table if not exists %1$s.history (
              id bigint generated always as identity,
              component text not null,
              version text not null,
              description text not null,
              checksum text not null,
              rendered_checksum text not null,
              script text not null,
              applied_at timestamptz not null default clock_timestamp(),
              applied_by text not null default session_user,
              duration_ms bigint not null,
              statements integer not null,
              plan_digest text not null,
              run uuid not null,
              state text not null default 'applied',
              rolled_back_at timestamptz,
              rolled_back_by text,
              rolled_back_run uuid,
              origin text,
              constraint history_pkey primary key (id),
              constraint history_state_check check (state in ('applied', 'rolled back')),
              constraint history_rolled_back_check check ((state = 'rolled back') = (rolled_back_at is not null))
            );
            create unique index if not exists history_applied_key on %1$s.history (component, version)
              where state = 'applied';
            alter table %1$s.history add column if not exists origin text;
            comment on table %1$s.history is 'One row for each time that a migration was applied.';
            comment on column %1$s.history.component is 'The component of the project that the migration belongs to.';
            comment on column %1$s.history.checksum is 'Digest of the up script before tokens were replaced.';
            comment on column %1$s.history.rendered_checksum is 'Digest of the up script as it was sent.';
            comment on column %1$s.history.script is 'The up script before tokens were replaced.';
            comment on column %1$s.history.duration_ms is 'How long the up script ran, in milliseconds.';
            comment on column %1$s.history.plan_digest is 'Digest of the plan that the run carried out.';
            comment on column %1$s.history.run is 'Ties together what one command did.';
            comment on column %1$s.history.state is 'applied, or rolled back by its down script.';
            comment on column %1$s.history.origin is
              'Why the row is here although Lockkeeper did not run the script: the tool that did, baseline, or repair.';
            create table if not exists %1$s.journal (
              component text not null,
              version text not null,
              direction text not null,
              ordinal integer not null,
              statement_digest text not null,
              state text not null,
              run uuid not null,
              position text,
              session_state text,
              concerns text,
              changed_at timestamptz not null default clock_timestamp(),
              constraint journal_pkey primary key (component, version, direction, ordinal),
              constraint journal_direction_check check (direction in ('up', 'down')),
              constraint journal_state_check check (state in ('started', 'done', 'failed'))
            );
            alter table %1$s.journal add column if not exists position text,
              add column if not exists session_state text, add column if not exists concerns text;
            comment on table %1$s.journal is
              'How far a step came that cannot run in one transaction; empty when no step is unfinished.';
            comment on column %1$s.journal.position is 'The last key that a backfill has done.';
            comment on column %1$s.journal.session_state is
              'Who the session was after the statement and what its settings were, so that the rest can be resumed.';
            comment on column %1$s.journal.concerns is
              'The objects that the statement concerns, as the server knew them before it began.';
            create or replace function %1$s.refuse_repetition() returns trigger language plpgsql
              set search_path = pg_catalog, pg_temp as $lockkeeper$ begin
              raise exception 'statement %% of version %% is done already: another run has recorded it', old.ordinal, old.version
                using errcode = '%2$s';
            end $lockkeeper$;
            create or replace trigger journal_done_once before update on %1$s.journal for each row
              when (old.state = 'done' and old.ordinal > 0 and old.run <> new.run)
              execute function %1$s.refuse_repetition();
            alter table %1$s.journal enable always trigger journal_done_once;
            create table if not exists %1$s.repeatable (
              id bigint generated always as identity,
              component text not null,
              name text not null,
              checksum text not null,
              rendered_checksum text not null,
              script text not null,
              applied_at timestamptz not null default clock_timestamp(),
              applied_by text not null default session_user,
              duration_ms bigint not null,
              statements integer not null,
              plan_digest text not null,
              run uuid not null,
              in_force boolean not null default true,
              made text,
              constraint repeatable_pkey primary key (id)
            );
            alter table %1$s.repeatable add column if not exists in_force boolean not null default true,
              add column if not exists made text;
            create index if not exists repeatable_name_idx on %1$s.repeatable (component, name, id);
            comment on table %1$s.repeatable is
              'One row for each time that a repeatable script was run; the newest of a name says what is in force.';
            comment on column %1$s.repeatable.in_force is
              'False once a migration was rolled back after the run, which may have dropped what the script made.';
            comment on column %1$s.repeatable.made is
              'What the run had made or replaced, so that it is noticed when a later migration drops or changes it.';
            create table if not exists %1$s.failure (
              component text not null,
              version text not null,
              direction text not null,
              sent_checksum text not null,
              place text not null,
              sqlstate text not null,
              message text not null,
              failed_at timestamptz not null default clock_timestamp(),
              failed_by text not null default session_user,
              run uuid not null,
              constraint failure_pkey primary key (component, version),
              constraint failure_direction_check check (direction in ('up', 'down'))
            );
            comment on table %1$s.failure is
              'The steps that the server refused and nobody has fixed yet; such a step is not tried again unchanged.';
            comment on column %1$s.failure.sent_checksum is 'Digest of the script as it was sent, and how.';
            create table if not exists %1$s.run (
              run uuid not null,
              component text not null,
              command text not null,
              started_at timestamptz not null default clock_timestamp(),
              started_by text not null default session_user,
              host text,
              pid integer,
              backend_start text,
              ended_at timestamptz,
              constraint run_pkey primary key (run)
            );
            create index if not exists run_open_idx on %1$s.run (component) where ended_at is null;
            comment on table %1$s.run is 'One row for each command that had work to do.';
            comment on column %1$s.run.host is 'The machine that the command ran on, by its own word.';
            comment on column %1$s.run.pid is
              'The server process that runs the scripts; with backend_start it says whether a run that never ended is at work.';
            comment on column %1$s.run.ended_at is 'Null while it runs, and after it was killed.';
            create table if not exists %1$s.component (
              component text not null,
              project text,
              first_script text,
              registered_at timestamptz not null default clock_timestamp(),
              registered_by text not null default session_user,
              constraint component_pkey primary key (component)
            );
            comment on table %1$s.component is 'The components that have a history here, and whose they are.';
            comment on column %1$s.component.project is 'The name of the project; null when an older build has not kept it.';
            comment on column %1$s.component.first_script is
              'Digest of the first up script as it is sent, by which a component is known again under another name.';
            create table if not exists %1$s.about (
              one boolean not null default true,
              layout integer not null,
              project text,
              constraint about_pkey primary key (one),
              constraint about_one_check check (one)
            );
            comment on table %1$s.about is 'One row: the layout of this record, which is read before anything else of it.';
            comment on column %1$s.about.project is 'The name of the project that made the record; null when it is not known.';
            """.formatted(s, REPEATED);
    }
}

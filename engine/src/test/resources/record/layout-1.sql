select pg_advisory_xact_lock(5495418623151410546);
do $lockkeeper$ begin
  if to_regnamespace('lockkeeper') is null then
    create schema lockkeeper;
  end if;
end $lockkeeper$;
comment on schema lockkeeper is
  'Record of Lockkeeper, layout 1: which migrations were applied. Written by Lockkeeper only.';
create table if not exists lockkeeper.history (
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
create unique index if not exists history_applied_key on lockkeeper.history (component, version)
  where state = 'applied';
comment on table lockkeeper.history is 'One row for each time that a migration was applied.';
comment on column lockkeeper.history.component is 'The component of the project that the migration belongs to.';
comment on column lockkeeper.history.checksum is 'Digest of the up script before tokens were replaced.';
comment on column lockkeeper.history.rendered_checksum is 'Digest of the up script as it was sent.';
comment on column lockkeeper.history.script is 'The up script before tokens were replaced.';
comment on column lockkeeper.history.duration_ms is 'How long the up script ran, in milliseconds.';
comment on column lockkeeper.history.plan_digest is 'Digest of the plan that the run carried out.';
comment on column lockkeeper.history.run is 'Ties together what one command did.';
comment on column lockkeeper.history.state is 'applied, or rolled back by its down script.';
comment on column lockkeeper.history.origin is
  'Why the row is here although Lockkeeper did not run the script: the tool that did, baseline, or repair.';
create table if not exists lockkeeper.journal (
  component text not null,
  version text not null,
  direction text not null,
  ordinal integer not null,
  statement_digest text not null,
  state text not null,
  run uuid not null,
  position text,
  changed_at timestamptz not null default clock_timestamp(),
  constraint journal_pkey primary key (component, version, direction, ordinal),
  constraint journal_direction_check check (direction in ('up', 'down')),
  constraint journal_state_check check (state in ('started', 'done', 'failed'))
);
comment on table lockkeeper.journal is
  'How far a step came that cannot run in one transaction; empty when no step is unfinished.';
comment on column lockkeeper.journal.position is 'The last key that a backfill has done.';
create table if not exists lockkeeper.repeatable (
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
  constraint repeatable_pkey primary key (id)
);
create index if not exists repeatable_name_idx on lockkeeper.repeatable (component, name, id);
comment on table lockkeeper.repeatable is
  'One row for each time that a repeatable script was run; the newest of a name says what is in force.';
comment on column lockkeeper.repeatable.in_force is
  'False once a migration was rolled back after the run, which may have dropped what the script made.';
create table if not exists lockkeeper.failure (
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
comment on table lockkeeper.failure is
  'The steps that the server refused and nobody has mended yet; such a step is not tried again unchanged.';
comment on column lockkeeper.failure.sent_checksum is 'Digest of the script as it was sent, and how.';
create table if not exists lockkeeper.audit (
  id bigint generated always as identity,
  component text not null,
  version text,
  action text not null,
  reason text not null,
  detail text not null,
  done_at timestamptz not null default clock_timestamp(),
  done_by text not null default session_user,
  constraint audit_pkey primary key (id),
  constraint audit_reason_check check (reason ~ '\S')
);
comment on table lockkeeper.audit is
  'What people did to this record by hand, and why. Rows are only ever added.';
create or replace function lockkeeper.refuse_change() returns trigger language plpgsql
  set search_path = pg_catalog as $lockkeeper$ begin
  raise exception '% of %.% is refused: rows are only ever added', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $lockkeeper$;
create or replace trigger audit_append_only before update or delete or truncate on lockkeeper.audit
  for each statement execute function lockkeeper.refuse_change();
alter table lockkeeper.audit enable always trigger audit_append_only;

select pg_advisory_xact_lock(5495418623151410546);
create schema if not exists lockkeeper;
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
create table if not exists lockkeeper.journal (
  component text not null,
  version text not null,
  direction text not null,
  ordinal integer not null,
  statement_digest text not null,
  state text not null,
  run uuid not null,
  changed_at timestamptz not null default clock_timestamp(),
  constraint journal_pkey primary key (component, version, direction, ordinal),
  constraint journal_direction_check check (direction in ('up', 'down')),
  constraint journal_state_check check (state in ('started', 'done', 'failed'))
);
comment on table lockkeeper.journal is
  'How far a step came that cannot run in one transaction; empty when no step is unfinished.';

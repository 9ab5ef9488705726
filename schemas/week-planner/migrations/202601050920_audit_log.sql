-- What happened to the data of an account, and who did it.
--
-- An account writes entries about itself as actor user; what the system or the AI did is written by
-- service_role. Neither sets the time of an entry or the mark of an unlocked week: those columns are not
-- granted. The log outlives the account, therefore it does not refer to auth.users.

create function planner.refuse_statement() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% of %.% is refused: %', tg_op, tg_table_schema, tg_table_name, tg_argv[0]
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name,
            hint = tg_argv[1];
end
$$;

comment on function planner.refuse_statement() is
    'Trigger: refuses the statement with 23001, the trigger name as constraint. Arguments: the reason, and what to do instead.';

revoke execute on function planner.refuse_statement() from public;

create table public.audit_log (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    actor text not null,
    action text not null,
    target_table text,
    target_id uuid,
    reason text,
    before jsonb not null default '{}'::jsonb,
    after jsonb not null default '{}'::jsonb,
    correlation_id uuid not null default gen_random_uuid(),
    source_address inet,
    unlock_transaction xid8,
    occurred_at timestamptz not null default now(),
    constraint audit_log_pkey primary key (id),
    constraint audit_log_actor_known check (actor in ('user', 'system', 'ai')),
    constraint audit_log_action_not_blank check (btrim(action) <> ''),
    constraint audit_log_target_complete check ((target_table is null) = (target_id is null)),
    constraint audit_log_reason_not_blank check (btrim(reason) <> ''),
    constraint audit_log_before_is_object check (jsonb_typeof(before) = 'object'),
    constraint audit_log_after_is_object check (jsonb_typeof(after) = 'object'),
    constraint audit_log_source_address_is_host check (
        masklen(source_address) = case family(source_address) when 4 then 32 else 128 end
    ),
    constraint audit_log_unlock_is_marked check (
        (action = 'emergency_unlock') = (unlock_transaction is not null)
    ),
    constraint audit_log_unlock_has_reason check (
        action <> 'emergency_unlock' or (reason is not null and target_id is not null)
    )
);

create index audit_log_user_idx on public.audit_log (user_id, occurred_at desc);
create index audit_log_unlock_idx on public.audit_log (target_id, unlock_transaction)
    where unlock_transaction is not null;

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
revoke all on public.audit_log from anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
grant insert (
    id, user_id, actor, action, target_table, target_id, reason, before, after, correlation_id, source_address
) on public.audit_log to authenticated, service_role;

create policy audit_log_read_own on public.audit_log for select to authenticated
    using (user_id = (select auth.uid()));
create policy audit_log_write_as_user on public.audit_log for insert to authenticated
    with check (user_id = (select auth.uid()) and actor = 'user');

create trigger audit_log_append_only
    before update or delete or truncate on public.audit_log
    for each statement execute function planner.refuse_statement(
        'the audit log is append-only',
        'Write another entry.');

-- Also in sessions that switched ordinary triggers off with session_replication_role.
alter table public.audit_log enable always trigger audit_log_append_only;

comment on table public.audit_log is 'What happened to the data of an account. Append-only.';
comment on column public.audit_log.id is 'Key of the entry.';
comment on column public.audit_log.user_id is
    'Subject: the account whose data it was. No reference, for the entry outlives the account.';
comment on column public.audit_log.actor is 'Who did it: user, system or ai.';
comment on column public.audit_log.action is 'What was done. emergency_unlock is written by unlock_week alone.';
comment on column public.audit_log.target_table is 'Table of the row that it was done to; null: to none.';
comment on column public.audit_log.target_id is 'Key of the row that it was done to; null: to none.';
comment on column public.audit_log.reason is 'Why; null where nobody said.';
comment on column public.audit_log.before is 'What was there before: a JSON object.';
comment on column public.audit_log.after is 'What was there afterwards: a JSON object.';
comment on column public.audit_log.correlation_id is 'The same for entries that belong together.';
comment on column public.audit_log.source_address is 'Address that the request came from; null: unknown.';
comment on column public.audit_log.unlock_transaction is
    'Transaction for which the entry unlocks the week plan target_id; null: it unlocks none.';
comment on column public.audit_log.occurred_at is 'When: the start of the transaction.';
comment on constraint audit_log_pkey on public.audit_log is 'One row per entry.';
comment on constraint audit_log_actor_known on public.audit_log is 'A user, the system or the AI did it.';
comment on constraint audit_log_action_not_blank on public.audit_log is 'Something was done.';
comment on constraint audit_log_target_complete on public.audit_log is
    'A row is named with its table, or not at all.';
comment on constraint audit_log_reason_not_blank on public.audit_log is 'No reason is null, not blank.';
comment on constraint audit_log_before_is_object on public.audit_log is
    'The state before is a JSON object, not an array or a scalar.';
comment on constraint audit_log_after_is_object on public.audit_log is
    'The state afterwards is a JSON object, not an array or a scalar.';
comment on constraint audit_log_source_address_is_host on public.audit_log is 'An address, not a network.';
comment on constraint audit_log_unlock_is_marked on public.audit_log is
    'An emergency unlock names its transaction, and nothing else does.';
comment on constraint audit_log_unlock_has_reason on public.audit_log is
    'An emergency unlock has a reason and a plan.';
comment on index public.audit_log_user_idx is 'Entries about an account, newest first; serves the policies.';
comment on index public.audit_log_unlock_idx is 'Whether a transaction has unlocked a plan.';
comment on policy audit_log_read_own on public.audit_log is 'Only its subject reads an entry.';
comment on policy audit_log_write_as_user on public.audit_log is
    'An account writes about itself, and only in its own name.';
comment on trigger audit_log_append_only on public.audit_log is
    'No UPDATE, DELETE or TRUNCATE, not even by the owner.';

-- What happened to the data of an account, and who did it.
--
-- An account writes entries about itself as actor user; what the system or the AI did is written by
-- service_role. Time, actor and address of what an account writes are set here and not by the client: those
-- columns are not granted to it. Nor is the mark of an unlocked week granted to anybody.
--
-- The log outlives the account, therefore it does not refer to auth.users. What a person said in it does
-- not: reason, before, after, address and program go when the account goes, or when remove_words is asked,
-- and whole entries when they are old. Each such removal leaves a row of its own in planner.audit_removal.
-- lockkeeper:allow-file LK11 logins wait as long as a table and its functions are made, which reads no row

create function planner.append_only() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% of %.% is refused: it is append-only', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_table_name || '_append_only',
            hint = 'Insert a row that corrects the earlier one.';
end
$$;

comment on function planner.append_only() is
    'Trigger: refuses the statement with 23001 and <table>_append_only as constraint.';

-- audit_removal: the evidence, and while its transaction lasts also the permission

create table planner.audit_removal (
    id uuid not null default gen_random_uuid(),
    kind text not null,
    user_id uuid,
    older_than timestamptz,
    reason public.not_blank not null,
    entries bigint,
    actor text not null,
    transaction_id xid8 not null default pg_current_xact_id(),
    occurred_at timestamptz not null default now(),
    constraint audit_removal_pkey primary key (id),
    constraint audit_removal_kind_known check (kind in ('words', 'entries')),
    constraint audit_removal_has_a_scope check (
        (kind = 'words') = (user_id is not null) and (kind = 'entries') = (older_than is not null)
    ),
    constraint audit_removal_keeps_a_year check (
        isfinite(older_than)
        and older_than at time zone 'UTC' <= (occurred_at at time zone 'UTC') - interval '1 year'
    ),
    constraint audit_removal_entries_not_negative check (entries >= 0)
);

create index audit_removal_transaction_idx on planner.audit_removal (transaction_id);

-- Nobody has privileges but the owner; for a role that is granted some by mistake there is no policy.
alter table planner.audit_removal enable row level security;

comment on table planner.audit_removal is 'Evidence: what was removed from the audit log, when, by whom and why.';
comment on column planner.audit_removal.id is 'Key of the removal.';
comment on column planner.audit_removal.kind is 'words: of one account; entries: whole ones, of all accounts.';
comment on column planner.audit_removal.user_id is 'Subject whose words went; null for whole entries.';
comment on column planner.audit_removal.older_than is 'Entries from before this time went; null for words.';
comment on column planner.audit_removal.reason is 'Why, without the words that went.';
comment on column planner.audit_removal.entries is 'How many entries it touched.';
comment on column planner.audit_removal.actor is 'Account of the request, or the login role where there was none.';
comment on column planner.audit_removal.transaction_id is
    'Transaction that may remove: a row that says less than this transaction permits nothing.';
comment on column planner.audit_removal.occurred_at is 'When: the start of the transaction.';
comment on constraint audit_removal_pkey on planner.audit_removal is 'One row per removal.';
comment on constraint audit_removal_kind_known on planner.audit_removal is 'Words or entries go.';
comment on constraint audit_removal_has_a_scope on planner.audit_removal is
    'Words are of one account, entries are older than a time.';
comment on constraint audit_removal_keeps_a_year on planner.audit_removal is
    'No entry of the last year goes, whoever asks. The years are those of UTC.';
comment on constraint audit_removal_entries_not_negative on planner.audit_removal is 'A count.';
comment on index planner.audit_removal_transaction_idx is 'Whether the transaction may remove.';

create function planner.removal_is_open() returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select exists (
        select from planner.audit_removal as r
        where r.transaction_id = pg_current_xact_id_if_assigned() and r.occurred_at = now()
    );
end;

comment on function planner.removal_is_open() is 'Whether this transaction has said in audit_removal what it removes.';

create trigger audit_removal_append_only
    before delete or truncate on planner.audit_removal
    for each statement execute function planner.append_only();
create trigger audit_removal_append_only_once_counted
    before update on planner.audit_removal
    for each statement when (not planner.removal_is_open()) execute function planner.append_only();

-- Who, when and in which transaction is not for the writer to say; the count is said once.
create function planner.guard_removal() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        new.actor := coalesce(auth.uid()::text, session_user);
        new.transaction_id := pg_current_xact_id();
        new.occurred_at := now();
        new.entries := null;
        return new;
    end if;
    if old.transaction_id = pg_current_xact_id() and old.occurred_at = now() and old.entries is null
        and to_jsonb(new) - 'entries' = to_jsonb(old) - 'entries'
    then
        return new;
    end if;
    raise exception '% is append-only: no % beyond the count of its own transaction', tg_table_name, tg_op
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_table_name || '_append_only',
            hint = 'Insert another row that says what is true now.';
end
$$;

comment on function planner.guard_removal() is
    'Trigger: a removal is of now, of this transaction and of who asks, and only its count is added, once.';

create trigger audit_removal_append_only_row before insert or update on planner.audit_removal
    for each row execute function planner.guard_removal();

-- Not the trigger of the rows: in the copy of a subscription it would stamp old evidence with the time of the copy.
alter table planner.audit_removal enable always trigger audit_removal_append_only;
alter table planner.audit_removal enable always trigger audit_removal_append_only_once_counted;

comment on trigger audit_removal_append_only_row on planner.audit_removal is
    'A removal says the truth about itself, and its count once. Rests in replica mode, which only a superuser sets: there the publisher has checked.';
comment on trigger audit_removal_append_only on planner.audit_removal is 'Evidence stays.';
comment on trigger audit_removal_append_only_once_counted on planner.audit_removal is
    'Its own transaction adds the count, nobody changes anything later.';

-- audit_subject

create table planner.audit_subject (
    user_id uuid not null,
    constraint audit_subject_pkey primary key (user_id),
    constraint audit_subject_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);

alter table planner.audit_subject enable row level security;

comment on table planner.audit_subject is
    'Accounts that the log speaks about. A row goes with its account, and takes the words of the entries along.';
comment on column planner.audit_subject.user_id is 'The account.';
comment on constraint audit_subject_pkey on planner.audit_subject is
    'One row per account; serves the reference to auth.users.';
comment on constraint audit_subject_user_id_fkey on planner.audit_subject is
    'The account exists; whoever writes an entry about it at the moment at which it goes waits, and is refused.';

-- audit_log

create table public.audit_log (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    actor text not null,
    actor_user_id uuid,
    action public.not_blank not null,
    target_table public.not_blank,
    target_id uuid,
    reason public.not_blank,
    before jsonb not null default '{}'::jsonb,
    after jsonb not null default '{}'::jsonb,
    correlation_id uuid not null default gen_random_uuid(),
    source_address inet,
    user_agent text,
    unlock_transaction xid8,
    words_removed_at timestamptz,
    occurred_at timestamptz not null default now(),
    constraint audit_log_pkey primary key (id),
    constraint audit_log_actor_known check (actor in ('user', 'system', 'ai')),
    constraint audit_log_user_is_named check (actor <> 'user' or actor_user_id is not null),
    constraint audit_log_action_is_a_name check (action ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint audit_log_target_table_is_a_name check (target_table ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint audit_log_target_complete check ((target_table is null) = (target_id is null)),
    constraint audit_log_before_is_object check (jsonb_typeof(before) = 'object'),
    constraint audit_log_after_is_object check (jsonb_typeof(after) = 'object'),
    constraint audit_log_source_address_is_host check (
        masklen(source_address) = case family(source_address) when 4 then 32 else 128 end
    ),
    constraint audit_log_user_agent_short check (length(user_agent) <= 400),
    constraint audit_log_unlock_is_marked check (
        (action in ('emergency_unlock', 'locked_quota_change')) = (unlock_transaction is not null)
    ),
    constraint audit_log_unlock_has_reason check (
        action <> 'emergency_unlock'
        or (target_id is not null and (reason is not null or words_removed_at is not null))
    ),
    constraint audit_log_removed_words_are_gone check (
        words_removed_at is null
        or (reason is null and before = '{}' and after = '{}' and source_address is null and user_agent is null)
    )
);

create index audit_log_user_idx on public.audit_log (user_id, occurred_at desc);
create index audit_log_unlock_idx on public.audit_log (target_id, unlock_transaction)
    where unlock_transaction is not null and action = 'emergency_unlock';
create index audit_log_occurred_idx on public.audit_log using brin (occurred_at);

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
revoke all on public.audit_log from anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
grant insert (id, user_id, actor, action, target_table, target_id, reason, before, after, correlation_id)
    on public.audit_log to authenticated;
grant insert (
    id, user_id, actor, actor_user_id, action, target_table, target_id, reason, before, after, correlation_id,
    source_address, user_agent
) on public.audit_log to service_role;

create policy audit_log_read_own on public.audit_log for select to authenticated, current_user
    using (user_id = (select auth.uid()));
create policy audit_log_write_as_user on public.audit_log for insert to authenticated, current_user
    with check (
        user_id = (select auth.uid())
        and actor = 'user' and actor_user_id is not distinct from (select auth.uid())
    );
create policy audit_log_read_service on public.audit_log for select to service_role using (true);
create policy audit_log_write_service on public.audit_log for insert to service_role with check (true);
create policy audit_log_removal on public.audit_log for all to current_user
    using ((select planner.removal_is_open())) with check ((select planner.removal_is_open()));

-- The entry is about an account that stays until the entry is committed. Where a request made it, the headers
-- that PostgREST passes on say from where: the last address is the one that the nearest proxy has seen,
-- those before it are what the client says.
create function planner.admit_entry() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_headers jsonb;
    v_address text;
begin
    -- This runs before the policy. Whoever asks about another account learns nothing of it, not even that it is there.
    if current_setting('role') = 'authenticated' and new.user_id is distinct from auth.uid() then
        raise exception 'new row violates row-level security policy for table "%"', tg_table_name
            using errcode = 'insufficient_privilege', schema = tg_table_schema, table = tg_table_name;
    end if;
    loop
        perform from planner.audit_subject as s where s.user_id = new.user_id for key share;
        exit when found;
        insert into planner.audit_subject (user_id) values (new.user_id) on conflict do nothing;
    end loop;
    if new.actor = 'user' then
        new.actor_user_id := coalesce(new.actor_user_id, auth.uid(), new.user_id);
        begin
            v_headers := nullif(current_setting('request.headers', true), '')::jsonb;
            v_address := nullif(btrim(reverse(split_part(reverse(v_headers ->> 'x-forwarded-for'), ',', 1))), '');
        exception
            when data_exception then
                v_headers := null;
        end;
        if new.source_address is null and v_address is null then
            new.source_address := inet_client_addr();
        elsif new.source_address is null then
            -- 192.0.2.1, 192.0.2.1:443, 2001:db8::1, [2001:db8::1], [2001:db8::1]:443; whatever else a proxy writes, such
            -- as unknown, is no address, and that of the API itself would be a wrong one
            begin
                v_address := regexp_replace(v_address, '^\[([^]]*)\](:[0-9]+)?$|^([0-9.]+):[0-9]+$', '\1\3');
                if strpos(v_address, '/') = 0 then
                    new.source_address := v_address::inet;
                end if;
            exception
                when data_exception then
                    null;
            end;
        end if;
        new.user_agent := coalesce(new.user_agent, left(v_headers ->> 'user-agent', 400));
    end if;
    return new;
end
$$;

comment on function planner.admit_entry() is
    'Trigger: holds the account of a new entry, and fills in who acted, from which address and with which program.';

create trigger audit_log_admitted before insert on public.audit_log
    for each row execute function planner.admit_entry();

-- Statements first: they are refused also where they would find no row.
create trigger audit_log_append_only
    before update or delete on public.audit_log
    for each statement when (not planner.removal_is_open()) execute function planner.append_only();
create trigger audit_log_append_only_as_a_whole
    before truncate on public.audit_log
    for each statement execute function planner.append_only();

-- What a removal may do to a row, and to which.
create function planner.guard_entry() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' then
        old.reason := null;
        old.before := '{}';
        old.after := '{}';
        old.source_address := null;
        old.user_agent := null;
        old.words_removed_at := now();
        if new is not distinct from old and exists (
            select from planner.audit_removal as r
            where r.transaction_id = pg_current_xact_id() and r.occurred_at = now() and r.user_id = old.user_id
        ) then
            return new;
        end if;
    elsif exists (
        select from planner.audit_removal as r
        where r.transaction_id = pg_current_xact_id() and r.occurred_at = now() and old.occurred_at < r.older_than
    ) then
        return old;
    end if;
    raise exception '% is append-only: no % beyond what audit_removal says', tg_table_name, tg_op
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_table_name || '_append_only',
            hint = 'Insert another row that says what is true now.';
end
$$;

comment on function planner.guard_entry() is
    'Trigger: lets the words of the named account go, or entries older than the named time, and nothing else.';

create trigger audit_log_append_only_row before update or delete on public.audit_log
    for each row execute function planner.guard_entry();

-- Also in sessions that switched ordinary triggers off with session_replication_role. Not the trigger of the rows: the worker
-- of a subscription fires it and no other, and would refuse the removals that the publisher let through.
alter table public.audit_log enable always trigger audit_log_append_only;
alter table public.audit_log enable always trigger audit_log_append_only_as_a_whole;

create function public.remove_words(p_user_id uuid, p_reason text) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_removal uuid;
    v_entries bigint;
begin
    -- A snapshot from before the waiting, below, would leave the words that were being written.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'removing words has to see what others commit meanwhile'
            using errcode = 'object_not_in_prerequisite_state',
                hint = 'Remove words, or delete the account, in a READ COMMITTED transaction.';
    end if;
    insert into planner.audit_removal (kind, user_id, reason)
    values ('words', p_user_id, p_reason)
    returning id into v_removal;
    -- Whoever writes an entry about the account holds it: what is being written is waited for, and goes, too.
    -- The first entry of an account brings its row along, which nobody else sees yet; writing it as well waits.
    insert into planner.audit_subject (user_id)
    select u.id from auth.users as u where u.id = p_user_id
    on conflict do nothing;
    perform from planner.audit_subject as s where s.user_id = p_user_id for update;
    update public.audit_log as a
    set reason = null, before = '{}', after = '{}', source_address = null, user_agent = null, words_removed_at = now()
    where a.user_id = p_user_id and a.words_removed_at is null;
    get diagnostics v_entries = row_count;
    update planner.audit_removal as r set entries = v_entries where r.id = v_removal;
    return v_entries;
end
$$;

comment on function public.remove_words(uuid, text) is
    'Removes what an account said in the audit log, and what was said about it: reason, before, after, address and program. Action, actor, target and time stay. Leaves a row in planner.audit_removal; returns the number of entries.';

create function planner.forget_subject() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform public.remove_words(old.user_id, 'The account is gone.');
    return null;
end
$$;

comment on function planner.forget_subject() is 'Trigger: the words of an account go with it.';

create trigger audit_subject_forgotten after delete on planner.audit_subject
    for each row execute function planner.forget_subject();

-- For a role of its own, or the owner: see the README. A year is kept, whatever is asked for.
create function planner.retire_entries(p_older_than timestamptz, p_reason text, p_limit integer default 10000)
returns setof public.audit_log
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_removal uuid;
    v_entries bigint;
begin
    if p_older_than is null or not isfinite(p_older_than)
        or p_older_than at time zone 'UTC' > now() at time zone 'UTC' - interval '1 year'
    then
        raise exception 'entries of the last year are kept: % is not older', p_older_than
            using errcode = 'invalid_parameter_value',
                hint = 'Name a time that is a year ago or more.';
    end if;
    if p_limit is null or p_limit not between 1 and 100000 then
        raise exception 'the limit is % and has to be from 1 to 100000', p_limit
            using errcode = 'invalid_parameter_value';
    end if;
    insert into planner.audit_removal (kind, older_than, reason)
    values ('entries', p_older_than, p_reason)
    returning id into v_removal;
    return query
        delete from public.audit_log as a
        -- an array, for it is made once; a join might take the inner query up again and again
        where a.id = any (array(
            select o.id from public.audit_log as o
            where o.occurred_at < p_older_than
            limit p_limit
            for update skip locked
        ))
        returning a.*;
    get diagnostics v_entries = row_count;
    update planner.audit_removal as r set entries = v_entries where r.id = v_removal;
end
$$;

comment on function planner.retire_entries(timestamptz, text, integer) is
    'Deletes entries from before a time, at most so many, and returns them for the archive. Leaves a row in planner.audit_removal. Repeat until no row comes back. The rows have all columns of the log: a call in the instant in which it gets another one fails, and deletes nothing.';

revoke execute on all functions in schema planner from public;
revoke execute on function public.remove_words(uuid, text) from public, anon, authenticated;
grant execute on function public.remove_words(uuid, text) to service_role;

comment on table public.audit_log is 'What happened to the data of an account. Append-only, but for removals that leave evidence.';
comment on column public.audit_log.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.audit_log.user_id is
    'Subject: the account whose data it was. No reference, for the entry outlives the account.';
comment on column public.audit_log.actor is 'Who did it: user, system or ai.';
comment on column public.audit_log.actor_user_id is
    'Account that did it: the subject itself, or whoever acted for it; null: no person did.';
comment on column public.audit_log.action is 'What was done. emergency_unlock and locked_quota_change are written by the lock alone.';
comment on column public.audit_log.target_table is 'Table of the row that it was done to; null: to none.';
comment on column public.audit_log.target_id is 'Key of the row that it was done to; null: to none.';
comment on column public.audit_log.reason is 'Why, in the words of the actor; null where nobody said, or the words are removed.';
comment on column public.audit_log.before is 'What was there before: a JSON object; empty: nothing, or removed.';
comment on column public.audit_log.after is 'What was there afterwards: a JSON object; empty: nothing, or removed.';
comment on column public.audit_log.correlation_id is 'The same for entries that belong together.';
comment on column public.audit_log.source_address is
    'Address that the request came from, as the nearest proxy saw it; null: unknown or removed.';
comment on column public.audit_log.user_agent is
    'Program of the request, as it calls itself; null: unknown or removed.';
comment on column public.audit_log.unlock_transaction is
    'Transaction of an entry that the lock wrote: for it an emergency_unlock opens the week plan target_id; null: somebody else wrote the entry.';
comment on column public.audit_log.words_removed_at is
    'When reason, before, after, source_address and user_agent were removed; null: they are as they were written.';
comment on column public.audit_log.occurred_at is 'When: the start of the transaction.';
comment on constraint audit_log_pkey on public.audit_log is 'A key that clients choose is taken once, whoever has it.';
comment on constraint audit_log_actor_known on public.audit_log is 'A user, the system or the AI did it.';
comment on constraint audit_log_user_is_named on public.audit_log is 'A user is an account.';
comment on constraint audit_log_action_is_a_name on public.audit_log is
    'Not a text: it stays when the words go. What a person says belongs into reason.';
comment on constraint audit_log_target_table_is_a_name on public.audit_log is 'Not a text, as the action.';
comment on constraint audit_log_target_complete on public.audit_log is
    'A row is named with its table, or not at all.';
comment on constraint audit_log_before_is_object on public.audit_log is 'Not an array or a scalar.';
comment on constraint audit_log_after_is_object on public.audit_log is 'Not an array or a scalar.';
comment on constraint audit_log_source_address_is_host on public.audit_log is 'An address, not a network.';
comment on constraint audit_log_user_agent_short on public.audit_log is 'Clients choose it; 400 characters are enough.';
comment on constraint audit_log_unlock_is_marked on public.audit_log is
    'An emergency unlock and its changes name their transaction, and nothing else does. The column is granted to nobody, so nobody else writes such entries.';
comment on constraint audit_log_unlock_has_reason on public.audit_log is
    'An emergency unlock has a plan, and a reason until that is removed.';
comment on constraint audit_log_removed_words_are_gone on public.audit_log is
    'An entry says that its words are removed only where they are.';
comment on index public.audit_log_user_idx is 'Entries about an account, newest first; serves the policies.';
comment on index public.audit_log_unlock_idx is 'Whether a transaction has unlocked a plan.';
comment on index public.audit_log_occurred_idx is 'Finds the oldest entries; small, for the log grows in the order of time.';
comment on policy audit_log_read_own on public.audit_log is 'Only its subject reads an entry.';
comment on policy audit_log_write_as_user on public.audit_log is
    'An account writes about itself, and only in its own name.';
comment on policy audit_log_read_service on public.audit_log is 'The service reads for every account.';
comment on policy audit_log_write_service on public.audit_log is 'The service writes what the system and the AI did.';
comment on policy audit_log_removal on public.audit_log is
    'The owner, whom forced security binds, reaches the rows that a removal is about.';
comment on trigger audit_log_admitted on public.audit_log is 'Who, from where, and about an account that exists.';
comment on trigger audit_log_append_only on public.audit_log is
    'No UPDATE or DELETE, not even by the owner, in a transaction that has not said in audit_removal what it removes. The owner could disable the trigger: keep the owner out of programs.';
comment on trigger audit_log_append_only_as_a_whole on public.audit_log is 'No TRUNCATE.';
comment on trigger audit_log_append_only_row on public.audit_log is 'A removal removes what it says, and no more. Rests in replica mode, which only a superuser sets: there the publisher has checked.';
comment on trigger audit_subject_forgotten on planner.audit_subject is 'The words go with the account.';

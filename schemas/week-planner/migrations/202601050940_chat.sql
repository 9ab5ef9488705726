-- Talks with the AI about the plan. An account writes as user; service_role writes for the AI.
-- lockkeeper:allow-file LK11 a reference to accounts and cycles, added as the last table of a short script

create table public.chat_session (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid,
    title text not null default '',
    context jsonb not null default '{}'::jsonb,
    summary_md text not null default '',
    ended_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint chat_session_pkey primary key (id),
    constraint chat_session_id_user_id_key unique (id, user_id),
    constraint chat_session_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint chat_session_cycle_fkey foreign key (user_id, cycle_id)
        references public.cycle (user_id, id) on delete set null (cycle_id),
    constraint chat_session_context_is_object check (jsonb_typeof(context) = 'object'),
    constraint chat_session_ended_at_finite check (isfinite(ended_at)),
    constraint chat_session_ended_at_passed check (ended_at <= now() + interval '5 minutes'),
    constraint chat_session_ended_at_of_an_age check (ended_at >= '2000-01-01Z')
);

create index chat_session_user_idx on public.chat_session (user_id, created_at desc);
create index chat_session_cycle_idx on public.chat_session (user_id, cycle_id);

alter table public.chat_session enable row level security;
alter table public.chat_session force row level security;
revoke all on public.chat_session from anon, authenticated, service_role;
grant select, insert, update, delete on public.chat_session to service_role;
grant select, delete on public.chat_session to authenticated;
grant insert (id, user_id, cycle_id, title, context, summary_md, ended_at), update (id, user_id, cycle_id, title, context, summary_md, ended_at)
    on public.chat_session to authenticated;

create policy chat_session_own on public.chat_session for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy chat_session_service on public.chat_session for all to service_role using (true) with check (true);

create trigger chat_session_touch before update on public.chat_session
    for each row execute function planner.touch_updated_at();

comment on table public.chat_session is 'Talks of an account with the AI.';
comment on column public.chat_session.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.chat_session.user_id is 'Account that owns it; the policies compare it with the one that asks.';
comment on column public.chat_session.cycle_id is 'Cycle that it is about; null: about none, or that cycle is gone.';
comment on column public.chat_session.title is 'What it is about.';
comment on column public.chat_session.context is 'What the AI was told at the start: a JSON object.';
comment on column public.chat_session.summary_md is 'What came of it, in Markdown; empty: nobody has summed it up.';
comment on column public.chat_session.ended_at is 'When it ended; null: it goes on.';
comment on column public.chat_session.created_at is 'Start of the transaction that wrote the row; an account does not say it.';
comment on column public.chat_session.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint chat_session_pkey on public.chat_session is 'A key that clients choose is taken once, whoever has it.';
comment on constraint chat_session_id_user_id_key on public.chat_session is
    'Lets messages refer to a talk together with its owner.';
comment on constraint chat_session_user_id_fkey on public.chat_session is
    'The account exists; the talk goes with it.';
comment on constraint chat_session_cycle_fkey on public.chat_session is
    'The cycle exists and belongs to the same account; the talk outlives it.';
comment on constraint chat_session_context_is_object on public.chat_session is 'Not an array or a scalar.';
comment on constraint chat_session_ended_at_finite on public.chat_session is 'A talk without an end has none.';
comment on constraint chat_session_ended_at_of_an_age on public.chat_session is
    'Nobody talked with an AI before: a slip of a client.';
comment on constraint chat_session_ended_at_passed on public.chat_session is
    'It has ended, by the clock of the server; a client may be five minutes ahead.';
comment on index public.chat_session_cycle_idx is 'Talks about a cycle; serves the reference to cycle.';
comment on index public.chat_session_user_idx is
    'Talks of an account, newest first; serves the policy and the reference to auth.users.';
comment on policy chat_session_own on public.chat_session is 'An account sees and changes its own talks.';
comment on policy chat_session_service on public.chat_session is
    'The service works for every account, also where it may not bypass row-level security.';
comment on trigger chat_session_touch on public.chat_session is 'When a row changed is for the database to say.';

create table public.chat_message (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    chat_session_id uuid not null,
    role text not null,
    content public.not_blank not null,
    proposal jsonb not null default '{}'::jsonb,
    created_at timestamptz not null default clock_timestamp(),
    constraint chat_message_pkey primary key (id),
    constraint chat_message_chat_session_fkey foreign key (user_id, chat_session_id)
        references public.chat_session (user_id, id) on delete cascade,
    constraint chat_message_role_known check (role in ('user', 'assistant', 'system')),
    constraint chat_message_proposal_is_object check (jsonb_typeof(proposal) = 'object')
);

create index chat_message_chat_session_idx
    on public.chat_message (user_id, chat_session_id, created_at);

alter table public.chat_message enable row level security;
alter table public.chat_message force row level security;
revoke all on public.chat_message from anon, authenticated, service_role;
grant select, insert, update, delete on public.chat_message to service_role;
grant select, delete on public.chat_message to authenticated;
grant insert (id, user_id, chat_session_id, role, content, proposal), update (id, user_id, chat_session_id, role, content, proposal)
    on public.chat_message to authenticated;

create policy chat_message_read_own on public.chat_message for select to authenticated
    using (user_id = (select auth.uid()));
create policy chat_message_write_as_user on public.chat_message for insert to authenticated
    with check (user_id = (select auth.uid()) and role = 'user');
create policy chat_message_change_as_user on public.chat_message for update to authenticated
    using (user_id = (select auth.uid()) and role = 'user')
    with check (user_id = (select auth.uid()) and role = 'user');
create policy chat_message_delete_own on public.chat_message for delete to authenticated
    using (user_id = (select auth.uid()));
create policy chat_message_service on public.chat_message for all to service_role using (true) with check (true);

comment on table public.chat_message is 'Messages of a talk.';
comment on column public.chat_message.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.chat_message.user_id is 'Owner of the talk, whoever speaks.';
comment on column public.chat_message.chat_session_id is 'Talk that it belongs to.';
comment on column public.chat_message.role is 'Who speaks: user, assistant or system.';
comment on column public.chat_message.content is 'What was said.';
comment on column public.chat_message.proposal is
    'Change of the plan that the message proposes: a JSON object, empty for none.';
comment on column public.chat_message.created_at is
    'When the row was written, so that messages of one request stand in their order; an account does not say it.';
comment on constraint chat_message_pkey on public.chat_message is 'A key that clients choose is taken once, whoever has it.';
comment on constraint chat_message_chat_session_fkey on public.chat_message is
    'The talk exists and belongs to the same account; the message goes with it.';
comment on constraint chat_message_role_known on public.chat_message is
    'The user, the assistant or the system speaks.';
comment on constraint chat_message_proposal_is_object on public.chat_message is
    'The proposal is a JSON object, not an array or a scalar.';
comment on index public.chat_message_chat_session_idx is
    'Messages of a talk in order; serves the policies and the reference to chat_session.';
comment on policy chat_message_read_own on public.chat_message is 'An account reads its own talks.';
comment on policy chat_message_write_as_user on public.chat_message is
    'An account speaks in its own talks, and only as user.';
comment on policy chat_message_change_as_user on public.chat_message is
    'An account changes what it said itself, and not what was said to it.';
comment on policy chat_message_delete_own on public.chat_message is
    'An account deletes messages of its own talks.';
comment on policy chat_message_service on public.chat_message is
    'The service speaks for the AI and the system, also where it may not bypass row-level security.';

-- What a person may ask for: all that is kept about them, in one answer. It has the rights of its caller, so an account gets
-- its own and the service that of everybody.
create function public.export_account(p_user_id uuid default auth.uid()) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_table text;
    v_rows jsonb;
    v_export jsonb := '{}';
begin
    if p_user_id is null or (current_setting('role') = 'authenticated' and p_user_id is distinct from auth.uid()) then
        raise exception 'an account exports itself'
            using errcode = 'insufficient_privilege';
    end if;
    foreach v_table in array array[
        'vision', 'cycle', 'goal', 'weekly_plan', 'task', 'plan_item', 'audit_log', 'chat_session', 'chat_message'
    ] loop
        execute format('select coalesce(jsonb_agg(to_jsonb(r) order by r.%I, r.%I), %L) from public.%I as r where r.user_id = $1',
            case v_table when 'audit_log' then 'occurred_at' else 'created_at' end,
            case v_table when 'vision' then 'user_id' else 'id' end, '[]', v_table)
        into v_rows using p_user_id;
        v_export := v_export || jsonb_build_object(v_table, v_rows);
    end loop;
    return jsonb_build_object('user_id', p_user_id, 'exported_at', now(), 'tables', v_export);
end
$$;

comment on function public.export_account(uuid) is
    'All rows of an account, by table, in the order in which they were written; the caller unless the service names another. An empty list: there are none.';

revoke execute on function public.export_account(uuid) from public, anon;
grant execute on function public.export_account(uuid) to authenticated, service_role;

-- A market exists because a human approved it: this market, with these terms. The reference accepts nothing else.
-- In the order in which clients take them: a new account is recorded.
-- lockkeeper:allow-file LK41 in the order of clients, so that the references and triggers below deadlock with nobody
-- lockkeeper:allow-file ST07 serves the reference of a market to all terms that a human has approved
lock table core.users, core.audit_event in share row exclusive mode;

create domain core.market_type as text constraint market_type_known check (
    value in ('political', 'economic', 'social', 'technology', 'finance', 'culture', 'sports')
);
create domain core.risk_level as text constraint risk_level_known check (value in ('low', 'medium', 'high'));

create function core.market_terms(
    p_question text, p_market_type text, p_risk_level text, p_closes_at timestamptz, p_metadata jsonb
) returns jsonb
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return jsonb_build_object(
        'question', p_question,
        'market_type', p_market_type,
        'risk_level', p_risk_level,
        'closes_at', to_char(p_closes_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'metadata', p_metadata
    );

--   draft -> open -> closed -> resolved
--   draft, open, closed -> cancelled
create function core.is_legal_market_move(p_from text, p_to text) returns boolean
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return (p_from, p_to) in (
        ('draft', 'open'),
        ('open', 'closed'),
        ('closed', 'resolved'),
        ('draft', 'cancelled'),
        ('open', 'cancelled'),
        ('closed', 'cancelled')
    );

create table core.markets (
    id uuid not null default gen_random_uuid(),
    question core.words,
    market_type core.market_type not null,
    risk_level core.risk_level not null default 'medium',
    status text not null default 'draft',
    closes_at core.instant not null,
    metadata jsonb not null default '{}',
    human_approval_audit_id uuid not null,
    created_by uuid not null,
    outcome core.words,
    outcome_forgotten_at core.instant,
    resolution_audit_id uuid,
    forgotten_digest core.sha256_hex,
    -- what the reference demands of the approval
    approved_by_human boolean not null generated always as (true) stored,
    approved_type text not null generated always as ('market') stored,
    approved_id text not null generated always as (id::text) stored,
    approved_digest text not null generated always as (
        coalesce(
            forgotten_digest,
            core.digest_of(core.market_terms(question, market_type, risk_level, closes_at, metadata))
        )
    ) stored,
    created_at core.instant not null default now(),
    updated_at core.instant not null default now(),
    constraint markets_pkey primary key (id),
    constraint markets_human_approval_key unique (human_approval_audit_id),
    constraint markets_human_approval_fkey
        foreign key (
            human_approval_audit_id, approved_by_human, approved_type, approved_id, approved_digest, created_by
        )
        references core.audit_event (id, is_human_approval, subject_type, subject_id, payload_hash, actor_user_id),
    constraint markets_created_by_fkey foreign key (created_by) references core.users (id),
    constraint markets_status_known check (status in ('draft', 'open', 'closed', 'resolved', 'cancelled')),
    constraint markets_question_unless_forgotten check ((question is null) = (forgotten_digest is not null)),
    constraint markets_metadata_is_object check (jsonb_typeof(metadata) = 'object'),
    constraint markets_resolution_key unique (resolution_audit_id),
    constraint markets_resolution_fkey foreign key (resolution_audit_id) references core.audit_event (id),
    constraint markets_outcome_when_resolved check (
        (status = 'resolved')::integer = num_nonnulls(outcome, outcome_forgotten_at)
        and (status = 'resolved') = (resolution_audit_id is not null)
    ),
    constraint markets_outcome_says_something check (outcome not in ('{}', '[]'))
);

create index markets_approval_idx on core.markets (
    human_approval_audit_id, approved_by_human, approved_type, approved_id, approved_digest, created_by
);
create index markets_created_by_idx on core.markets (created_by);
create index markets_open_idx on core.markets (closes_at) where status = 'open';

create function core.guard_market() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op in ('DELETE', 'TRUNCATE') then
        raise exception 'a market is not deleted'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'markets_stay', hint = 'Cancel it: its approval is used up either way.';
    end if;
    if tg_op = 'INSERT' then
        if new.status <> 'draft' then
            raise exception 'a market begins as draft, not as %', new.status
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'status', constraint = 'markets_begin_as_draft', hint = 'Insert it without status.';
        end if;
        if new.forgotten_digest is not null then
            raise exception 'a market begins with its terms'
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'forgotten_digest', constraint = 'markets_begin_with_their_terms';
        end if;
        return new;
    end if;
    -- words of a market that ended may go; the digest stays what was approved, and all else too
    if old.forgotten_digest is null and new.forgotten_digest = old.approved_digest and new.metadata = '{}'
        and old.status in ('resolved', 'cancelled')
        -- the generated columns of new are not made yet
        and to_jsonb(new)
                - '{question,metadata,slug,forgotten_digest,approved_by_human,approved_type,approved_id,approved_digest}'::text[]
            = to_jsonb(old)
                - '{question,metadata,slug,forgotten_digest,approved_by_human,approved_type,approved_id,approved_digest}'::text[]
    then
        return new;
    end if;
    if (new.id, new.question, new.market_type, new.risk_level, new.closes_at, new.metadata,
            new.human_approval_audit_id, new.created_by, new.created_at, new.forgotten_digest)
        is distinct from (old.id, old.question, old.market_type, old.risk_level, old.closes_at, old.metadata,
            old.human_approval_audit_id, old.created_by, old.created_at, old.forgotten_digest)
    then
        raise exception 'what a human approved does not change'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'markets_terms_immutable', hint = 'Cancel the market, and have another one approved.';
    end if;
    -- but its words may go, when those of the entry that said it went
    if (new.outcome, new.resolution_audit_id, new.outcome_forgotten_at)
            is distinct from (old.outcome, old.resolution_audit_id, old.outcome_forgotten_at)
        and (new.status = old.status or new.outcome_forgotten_at is not null)
        and not (
            old.outcome is not null and new.outcome is null and new.outcome_forgotten_at is not null
            and new.resolution_audit_id = old.resolution_audit_id
            and exists (select from core.audit_event as a where a.id = old.resolution_audit_id and a.payload_forgotten)
        )
    then
        raise exception 'what came true is said once, when the market is resolved'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'outcome', constraint = 'markets_outcome_immutable',
                hint = 'core.move_market resolves a market.';
    end if;
    if new.status = 'resolved' and old.status <> 'resolved' and new.outcome is not null
        and not exists (
            select
            from core.audit_event as a
            where a.id = new.resolution_audit_id and a.actor_type = 'human' and a.action = 'move'
                and a.subject_type = 'market' and a.subject_id = new.id::text
                and a.payload ->> 'to' = 'resolved' and a.payload ->> 'outcome' = new.outcome
        )
    then
        raise exception 'entry % does not resolve this market so', new.resolution_audit_id
            using errcode = 'foreign_key_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'resolution_audit_id', constraint = 'markets_resolution_is_of_it',
                hint = 'core.move_market writes the entry.';
    end if;
    new.updated_at := old.updated_at;
    if new.status is distinct from old.status then
        if not core.is_legal_market_move(old.status, new.status) then
            raise exception 'a market does not go from % to %', old.status, new.status
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'status', constraint = 'markets_legal_move', hint = 'See core.is_legal_market_move.';
        end if;
        if new.status = 'open' and new.closes_at <= clock_timestamp() then
            raise exception 'the market has ended before it opens, at %', new.closes_at
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'closes_at', constraint = 'markets_open_before_they_close',
                    hint = 'Cancel it, and have another one approved.';
        end if;
        new.updated_at := now();
    end if;
    return new;
end
$$;

create trigger markets_guard
    before insert or update or delete on core.markets
    for each row execute function core.guard_market();

create trigger markets_not_truncated
    before truncate on core.markets
    for each statement execute function core.guard_market();

-- Who published, and the end of the approval. A withdrawal that this transaction does not see is met in the index.
create function core.record_publication() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform core.append_entry('system', null, 'publish', 'audit_event', new.human_approval_audit_id::text,
        jsonb_build_object('market_id', new.id));
    return null;
exception when unique_violation then
    raise exception 'approval % was withdrawn, or has served before', new.human_approval_audit_id
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            column = 'human_approval_audit_id', constraint = 'markets_approval_not_withdrawn',
            hint = 'Have another market approved.';
end
$$;

create trigger markets_recorded
    after insert on core.markets
    for each row execute function core.record_publication();

-- What can never be published is not approved either; the table has the same rules.
create function core.check_terms(
    p_market_id uuid, p_question text, p_market_type text, p_risk_level text, p_closes_at timestamptz, p_metadata jsonb
) returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_question core.words := p_question;
    v_market_type core.market_type := p_market_type;
    v_risk_level core.risk_level := p_risk_level;
    v_closes_at core.instant := p_closes_at;
begin
    if v_question is null or v_market_type is null or v_risk_level is null or v_closes_at is null
        or p_metadata is null
    then
        raise exception 'a market has a question, a type, a risk, an end and metadata'
            using errcode = 'not_null_violation', schema = 'core', table = 'markets',
                constraint = 'markets_terms_complete';
    end if;
    if jsonb_typeof(p_metadata) <> 'object' then
        raise exception 'metadata is no object'
            using errcode = 'check_violation', schema = 'core', table = 'markets', column = 'metadata',
                constraint = 'markets_metadata_is_object';
    end if;
    if v_closes_at <= clock_timestamp() or v_closes_at > now() + interval '100 years' then
        raise exception 'a market that is approved ends within 100 years from now, not at %', v_closes_at
            using errcode = 'check_violation', schema = 'core', table = 'markets', column = 'closes_at',
                constraint = 'markets_close_in_time';
    end if;
    if exists (select from core.markets where id = p_market_id) then
        raise exception 'market % is there already', p_market_id
            using errcode = 'unique_violation', schema = 'core', table = 'markets', column = 'id',
                constraint = 'markets_pkey', hint = 'Approve it with another id.';
    end if;
end
$$;

create function core.approve_market(
    p_token text,
    p_market_id uuid,
    p_question text,
    p_market_type text,
    p_risk_level text,
    p_closes_at timestamptz,
    p_metadata jsonb default '{}'
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
begin
    v_id := core.append_entry('human', core.session_of(p_token), 'approve', 'market', p_market_id::text,
        core.market_terms(p_question, p_market_type, p_risk_level, p_closes_at, p_metadata));
    perform core.check_terms(p_market_id, p_question, p_market_type, p_risk_level, p_closes_at, p_metadata);
    return v_id;
end
$$;

-- Whoever approved may have lost the right to, and the world may have changed.
create function core.check_approval(p_approval_id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform
    from core.audit_event as a
    join core.users as u on u.id = a.actor_user_id
    where a.id = p_approval_id and a.occurred_at > now() - interval '30 days'
        and u.is_active and u.role in ('admin', 'super-admin')
    for share of u;
    if not found then
        raise exception 'approval % is older than 30 days, or its author may not approve any more', p_approval_id
            using errcode = 'restrict_violation', schema = 'core', table = 'markets',
                column = 'human_approval_audit_id', constraint = 'markets_approval_holds',
                hint = 'Have another market approved.';
    end if;
end
$$;

-- All that the market says is read from the approval: whoever publishes has nothing to choose.
create function core.publish_market(p_approval_id uuid) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
begin
    -- the person before the market, as everywhere
    perform from core.users as u
    where u.id = (select a.actor_user_id from core.audit_event as a where a.id = p_approval_id)
    for share;
    insert into core.markets
        (id, question, market_type, risk_level, closes_at, metadata, human_approval_audit_id, created_by)
    select a.subject_id::uuid, a.payload ->> 'question', a.payload ->> 'market_type', a.payload ->> 'risk_level',
        (a.payload ->> 'closes_at')::timestamptz, a.payload -> 'metadata', a.id, a.actor_user_id
    from core.audit_event as a
    where a.id = p_approval_id and a.is_human_approval and a.subject_type = 'market' and not a.payload_forgotten
    -- against whoever forgets it meanwhile
    for share
    returning id into v_id;
    if v_id is null then
        raise exception '% is no approval of a market by a human', p_approval_id
            using errcode = 'foreign_key_violation', schema = 'core', table = 'markets',
                constraint = 'markets_human_approval_fkey', hint = 'core.approve_market makes one.';
    end if;
    perform core.check_approval(p_approval_id);
    return v_id;
end
$$;

create function core.withdraw_approval(p_token text, p_approval_id uuid, p_reason text) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry uuid;
    v_reason core.words := coalesce(p_reason, '');
begin
    v_entry := core.append_entry('human', core.session_of(p_token), 'withdraw-approval', 'audit_event', p_approval_id::text,
        jsonb_build_object('reason', v_reason));
    if not exists (
        select from core.audit_event where id = p_approval_id and is_human_approval and subject_type = 'market'
    ) then
        raise exception 'no approval %', p_approval_id using errcode = 'no_data_found';
    end if;
    -- the entry publish may have been purged
    if exists (select from core.markets where human_approval_audit_id = p_approval_id) then
        raise unique_violation;
    end if;
    return v_entry;
exception when unique_violation then
    raise exception 'the market of approval % is published, or it was withdrawn before', p_approval_id
        using errcode = 'restrict_violation', schema = 'core', table = 'markets',
            constraint = 'markets_approval_is_used', hint = 'core.move_market cancels a market.';
end
$$;

create function core.move_market(p_token text, p_market_id uuid, p_status text, p_payload jsonb default '{}')
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_before text;
    v_entry uuid;
begin
    -- the person before the market, as in core.approve_market and core.withdraw_approval
    perform from core.users as u
    where u.id = (select w.user_id from core.whoami(p_token) as w)
    for share;
    select status into v_before from core.markets where id = p_market_id for update;
    if not found then
        raise exception 'no market %', p_market_id using errcode = 'no_data_found';
    end if;
    v_entry := core.append_entry('human', core.session_of(p_token), 'move', 'market', p_market_id::text,
        p_payload || jsonb_build_object('from', v_before, 'to', p_status));
    if v_before = p_status then
        raise exception 'the market is % already', p_status
            using errcode = 'check_violation', schema = 'core', table = 'markets', column = 'status',
                constraint = 'markets_legal_move';
    end if;
    update core.markets
    set status = p_status,
        outcome = case p_status when 'resolved' then p_payload ->> 'outcome' end,
        resolution_audit_id = case p_status when 'resolved' then v_entry end
    where id = p_market_id;
    return v_entry;
end
$$;

revoke execute on all functions in schema core from public;

comment on domain core.market_type is 'What a market is about, one of seven.';
comment on constraint market_type_known on domain core.market_type is 'The type is one of seven.';
comment on domain core.risk_level is 'How much harm a market may do, one of three.';
comment on constraint risk_level_known on domain core.risk_level is 'The risk is one of three.';
comment on function core.check_terms(uuid, text, text, text, timestamptz, jsonb) is
    'Refuses terms that no market may have, and an id that one has.';
comment on function core.check_approval(uuid) is
    'Refuses an approval of 30 days ago or more, and one by a person who is not an active admin any more.';
comment on function core.market_terms(text, text, text, timestamptz, jsonb) is
    'What a human approves, as a document. Immutable, because the format of the time is fixed: neither the time zone nor the language of a session changes it.';
comment on function core.is_legal_market_move(text, text) is 'Whether a market may go from one status to another.';
comment on function core.record_publication() is
    'Trigger: writes the entry publish, with the login that published, and refuses an approval that was withdrawn.';
comment on function core.guard_market() is
    'Trigger: how a market begins and moves, that its terms stay, and that it stays itself.';
comment on function core.approve_market(text, uuid, text, text, text, timestamptz, jsonb) is
    'A person, by the token of the session, approves a market that is to have that id and those terms; returns the approval.';
comment on function core.publish_market(uuid) is
    'Makes the market that was approved, as a draft; returns its id. An approval serves once, within 30 days, while its author may still approve. An entry publish names the login.';
comment on function core.withdraw_approval(text, uuid, text) is
    'An admin takes back an approval that was not used yet; returns the entry, which says why.';
comment on function core.move_market(text, uuid, text, jsonb) is
    'A person opens, closes, resolves or cancels a market; the payload says why and, of a resolution, as outcome, what came true. Returns the entry of the audit.';
comment on table core.markets is
    'One row for each question that can be predicted. Only status changes, with the outcome when it is resolved, and a slug that is lacking may be given.';
comment on column core.markets.id is 'Chosen before the approval, which names it.';
comment on column core.markets.question is 'What is predicted; null when the words of the market were forgotten.';
comment on column core.markets.forgotten_digest is
    'approved_digest as it was when question and metadata were forgotten; null before. The approval is still proven by it.';
comment on column core.markets.market_type is
    'political, economic, social, technology, finance, culture or sports.';
comment on column core.markets.risk_level is 'low, medium or high, as the approver judged it.';
comment on column core.markets.status is
    'draft: nobody predicts yet; open; closed: predictions have ended; resolved: what came true is known; cancelled.';
comment on column core.markets.closes_at is 'When predictions end; core.close_due_markets sees to it.';
comment on column core.markets.metadata is 'What else was approved, such as how it is resolved.';
comment on column core.markets.human_approval_audit_id is 'Entry of audit_event in which a human approved it.';
comment on column core.markets.created_by is 'The human who approved it; the reference holds the two together.';
comment on column core.markets.outcome is 'What came true: outcome of the payload of the resolution, as ->> gives it; null before it is resolved, and when it was forgotten.';
comment on column core.markets.outcome_forgotten_at is
    'When the words of the outcome and of its entry went at the wish of a person; null before. The digest of the entry stays.';
comment on column core.markets.resolution_audit_id is
    'Entry of audit_event in which a human resolved it; null before. Not purged; its words go with the outcome only.';
comment on column core.markets.approved_by_human is 'Always true: the approval is by a human.';
comment on column core.markets.approved_type is 'Always market: the approval is of a market.';
comment on column core.markets.approved_id is 'The id as text: the approval is of this market.';
comment on column core.markets.approved_digest is 'Digest of the terms: the approval is of these.';
comment on column core.markets.created_at is 'When it was published as a draft.';
comment on column core.markets.updated_at is 'When it last moved; at first, when it was published.';
comment on constraint markets_pkey on core.markets is
    'The approval names it beforehand, so a second market from the same approval is refused here as well.';
comment on constraint markets_human_approval_key on core.markets is
    'An approval is used up by the first market, a cancelled one too.';
comment on constraint markets_human_approval_fkey on core.markets is
    'The entry exists and is the approval of this market with these terms by that human; entries never change.';
comment on constraint markets_created_by_fkey on core.markets is 'Who approved is erased, not deleted.';
comment on constraint markets_resolution_key on core.markets is 'An entry resolves one market; serves the reference.';
comment on constraint markets_resolution_fkey on core.markets is
    'The entry that says what came true stays as long as the market.';
comment on constraint markets_outcome_when_resolved on core.markets is
    'A resolved market says what came true, or that this was forgotten, and who said so; no other does.';
comment on constraint markets_outcome_says_something on core.markets is 'What came true is no empty document.';
comment on constraint markets_status_known on core.markets is
    'draft, open, closed, resolved or cancelled; core.is_legal_market_move says in which order.';
comment on constraint markets_question_unless_forgotten on core.markets is
    'A market has its question until it is forgotten, and then the digest of its terms.';
comment on constraint markets_metadata_is_object on core.markets is
    'So that programs may ask for a key of any market, as slugs do.';
comment on index core.markets_approval_idx is 'Serves the reference to audit_event.';
comment on index core.markets_created_by_idx is 'Markets that a person approved; serves the reference to users.';
comment on index core.markets_open_idx is 'Open markets in the order in which they close.';
comment on trigger markets_guard on core.markets is 'Moves are legal, terms stay, no market is deleted.';
comment on trigger markets_recorded on core.markets is 'Who published is in the audit, and the approval has served.';
comment on trigger markets_not_truncated on core.markets is 'Markets are not emptied at once.';

-- ROLLBACK
-- drop function core.move_market(text, uuid, text, jsonb);
-- drop function core.withdraw_approval(text, uuid, text);
-- drop function core.publish_market(uuid);
-- drop function core.check_approval(uuid);
-- drop function core.approve_market(text, uuid, text, text, text, timestamptz, jsonb);
-- drop function core.check_terms(uuid, text, text, text, timestamptz, jsonb);
-- drop table core.markets;
-- drop function core.record_publication();
-- drop function core.guard_market();
-- drop function core.is_legal_market_move(text, text);
-- drop function core.market_terms(text, text, text, timestamptz, jsonb);
-- drop domain core.risk_level;
-- drop domain core.market_type;

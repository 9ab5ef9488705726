-- Markets get a name for addresses, step 3 of 3: the checked constraint spares NOT NULL its look at every row, and then
-- goes; and the slug that a human approved is used.
-- lockkeeper:before select not exists (select from core.markets where slug is null)
alter table core.markets alter column slug set not null;
alter table core.markets drop constraint markets_slug_present;
comment on column core.markets.slug is
    'Name for addresses, in kebab case; given once: metadata.slug of the approval, or market- and the id.';

create or replace function core.publish_market(p_approval_id uuid) returns uuid
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
        (id, question, market_type, risk_level, closes_at, metadata, human_approval_audit_id, created_by, slug)
    select a.subject_id::uuid, a.payload ->> 'question', a.payload ->> 'market_type', a.payload ->> 'risk_level',
        (a.payload ->> 'closes_at')::timestamptz, a.payload -> 'metadata', a.id, a.actor_user_id,
        -- null for one that would be no slug: the market was approved, and gets the derived one
        substring(a.payload -> 'metadata' ->> 'slug' from '^(?!market-[0-9a-f]{8}-)(?=.{1,100}$)[a-z0-9]+(?:-[a-z0-9]+)*$')
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

create or replace function core.approve_market(
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
    -- who publishes at the same time is refused by the index
    if exists (select from core.markets where slug = p_metadata ->> 'slug' and status <> 'cancelled') then
        raise exception 'the slug % is taken', p_metadata ->> 'slug'
            using errcode = 'unique_violation', schema = 'core', table = 'markets', column = 'slug',
                constraint = 'markets_slug_key', hint = 'Approve it with another slug.';
    end if;
    return v_id;
end
$$;

-- ROLLBACK
-- create or replace function core.approve_market(
--     p_token text,
--     p_market_id uuid,
--     p_question text,
--     p_market_type text,
--     p_risk_level text,
--     p_closes_at timestamptz,
--     p_metadata jsonb default '{}'
-- ) returns uuid
-- language plpgsql
-- security definer
-- set search_path = pg_catalog, pg_temp
-- as $$
-- declare
--     v_id uuid;
-- begin
--     v_id := core.append_entry('human', core.session_of(p_token), 'approve', 'market', p_market_id::text,
--         core.market_terms(p_question, p_market_type, p_risk_level, p_closes_at, p_metadata));
--     perform core.check_terms(p_market_id, p_question, p_market_type, p_risk_level, p_closes_at, p_metadata);
--     return v_id;
-- end
-- $$;
-- create or replace function core.publish_market(p_approval_id uuid) returns uuid
-- language plpgsql
-- security definer
-- set search_path = pg_catalog, pg_temp
-- as $$
-- declare
--     v_id uuid;
-- begin
--     -- the person before the market, as everywhere
--     perform from core.users as u
--     where u.id = (select a.actor_user_id from core.audit_event as a where a.id = p_approval_id)
--     for share;
--     insert into core.markets
--         (id, question, market_type, risk_level, closes_at, metadata, human_approval_audit_id, created_by)
--     select a.subject_id::uuid, a.payload ->> 'question', a.payload ->> 'market_type', a.payload ->> 'risk_level',
--         (a.payload ->> 'closes_at')::timestamptz, a.payload -> 'metadata', a.id, a.actor_user_id
--     from core.audit_event as a
--     where a.id = p_approval_id and a.is_human_approval and a.subject_type = 'market' and not a.payload_forgotten
--     -- against whoever forgets it meanwhile
--     for share
--     returning id into v_id;
--     if v_id is null then
--         raise exception '% is no approval of a market by a human', p_approval_id
--             using errcode = 'foreign_key_violation', schema = 'core', table = 'markets',
--                 constraint = 'markets_human_approval_fkey', hint = 'core.approve_market makes one.';
--     end if;
--     perform core.check_approval(p_approval_id);
--     return v_id;
-- end
-- $$;
-- alter table core.markets
--     alter column slug drop not null,
--     add constraint markets_slug_present check (slug is not null);
-- comment on column core.markets.slug is 'Name for addresses, in kebab case; given once, null before.';
-- comment on constraint markets_slug_present on core.markets is 'A market has a slug.';

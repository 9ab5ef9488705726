-- Markets get a name for addresses, step 3 of 3: the checked constraint spares NOT NULL its look at every row, and then
-- goes; the index becomes the constraint; and the slug that a human approved is used.
-- lockkeeper:before select not exists (select from core.markets where slug is null)
-- lockkeeper:rows core.markets same
alter table core.markets alter column slug set not null;
alter table core.markets
    drop constraint markets_slug_present,
    add constraint markets_slug_key unique using index markets_slug_key;
comment on constraint markets_slug_key on core.markets is 'One market per slug.';
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
    insert into core.markets
        (id, question, market_type, risk_level, closes_at, metadata, human_approval_audit_id, created_by, slug)
    select a.subject_id::uuid, a.payload ->> 'question', a.payload ->> 'market_type', a.payload ->> 'risk_level',
        (a.payload ->> 'closes_at')::timestamptz, a.payload -> 'metadata', a.id, a.actor_user_id,
        -- null for one that would be no slug: the market was approved, and gets the derived one
        substring(a.payload -> 'metadata' ->> 'slug' from '^[a-z0-9]+(?:-[a-z0-9]+)*$')
    from core.audit_event as a
    where a.id = p_approval_id and a.is_human_approval and a.subject_type = 'market'
    returning id into v_id;
    if v_id is null then
        raise exception '% is no approval of a market by a human', p_approval_id
            using errcode = 'foreign_key_violation', schema = 'core', table = 'markets',
                constraint = 'markets_human_approval_fkey', hint = 'core.approve_market makes one.';
    end if;
    return v_id;
end
$$;

-- ROLLBACK
-- create or replace function core.publish_market(p_approval_id uuid) returns uuid
-- language plpgsql
-- security definer
-- set search_path = pg_catalog, pg_temp
-- as $$
-- declare
--     v_id uuid;
-- begin
--     insert into core.markets
--         (id, question, market_type, risk_level, closes_at, metadata, human_approval_audit_id, created_by)
--     select a.subject_id::uuid, a.payload ->> 'question', a.payload ->> 'market_type', a.payload ->> 'risk_level',
--         (a.payload ->> 'closes_at')::timestamptz, a.payload -> 'metadata', a.id, a.actor_user_id
--     from core.audit_event as a
--     where a.id = p_approval_id and a.is_human_approval and a.subject_type = 'market'
--     returning id into v_id;
--     if v_id is null then
--         raise exception '% is no approval of a market by a human', p_approval_id
--             using errcode = 'foreign_key_violation', schema = 'core', table = 'markets',
--                 constraint = 'markets_human_approval_fkey', hint = 'core.approve_market makes one.';
--     end if;
--     return v_id;
-- end
-- $$;
-- alter table core.markets
--     drop constraint markets_slug_key,
--     alter column slug drop not null,
--     add constraint markets_slug_present check (slug is not null);
-- create unique index markets_slug_key on core.markets (slug);
-- comment on column core.markets.slug is 'Name for addresses, in kebab case; given once, null before.';
-- comment on index core.markets_slug_key is 'One market per slug.';
-- comment on constraint markets_slug_present on core.markets is 'A market has a slug.';

-- Markets get a name for addresses, step 1 of 3: a column that may be null, and checks that hold for new values only, so
-- that the lock is held for an instant. A trigger gives a slug to markets whose writer knows of none: nobody is refused.
-- A slug is shown to people. It is derived from the id, or stands in the metadata that a human approved.
alter table core.markets
    add column slug text,
    add constraint markets_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') not valid,
    add constraint markets_slug_is_approved check (
        slug = 'market-' || id::text
        or slug = coalesce(metadata ->> 'slug', '') and slug !~ '^market-[0-9a-f]{8}-' and length(slug) <= 100
    ) not valid;

create function core.give_slug() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        new.slug := coalesce(new.slug, 'market-' || new.id);
    elsif old.slug is not null and new.slug is distinct from old.slug
        -- the words of the market are forgotten
        and not (old.forgotten_digest is null and new.forgotten_digest is not null and new.slug = 'market-' || new.id)
    then
        raise exception 'the slug of a market stays %', old.slug
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'slug', constraint = 'markets_slug_immutable', hint = 'Addresses that people keep lead to it.';
    end if;
    return new;
end
$$;

create trigger markets_slug
    before insert or update of slug on core.markets
    for each row execute function core.give_slug();

revoke execute on function core.give_slug() from public;

comment on column core.markets.slug is 'Name for addresses, in kebab case; given once, null before.';
comment on constraint markets_slug_is_kebab_case on core.markets is 'Lower-case letters, digits and single hyphens.';
comment on constraint markets_slug_is_approved on core.markets is
    'The slug comes from the id, or from the metadata that a human approved, and then does not look like that of another id.';
comment on function core.give_slug() is 'Trigger: a new market has a slug, and keeps it.';
comment on trigger markets_slug on core.markets is 'A new market has a slug, and keeps it.';

-- ROLLBACK
-- drop trigger markets_slug on core.markets;
-- drop function core.give_slug();
-- alter table core.markets drop column slug;

-- Markets get a name for addresses, step 2 of 3. Markets from before are filled in batches, each a transaction of its own,
-- so that no writer waits for more than a batch; updated_at stays, for they do not move. New ones have a slug since step 1.
-- lockkeeper:rows core.markets 0..any
-- lockkeeper:after select not exists (select from core.markets where slug is null)
create unique index concurrently markets_slug_key on core.markets (slug) where status <> 'cancelled';
comment on index core.markets_slug_key is 'One market per slug; a cancelled one sets it free.';
-- lockkeeper:backfill core.markets id batch=1000 pause=20ms
update core.markets set slug = 'market-' || id where slug is null and id between :low and :high;
alter table core.markets add constraint markets_slug_present check (slug is not null) not valid;
comment on constraint markets_slug_present on core.markets is 'A market has a slug.';
alter table core.markets validate constraint markets_slug_present;
alter table core.markets validate constraint markets_slug_is_kebab_case;
alter table core.markets validate constraint markets_slug_is_approved;

-- ROLLBACK
-- drop index concurrently core.markets_slug_key;
-- alter table core.markets
--     drop constraint markets_slug_present,
--     drop constraint markets_slug_is_kebab_case,
--     drop constraint markets_slug_is_approved;
-- alter table core.markets
--     add constraint markets_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') not valid,
--     add constraint markets_slug_is_approved check (
--         slug = 'market-' || id::text
--         or slug = coalesce(metadata ->> 'slug', '') and slug !~ '^market-[0-9a-f]{8}-' and length(slug) <= 100
--     ) not valid;
-- comment on constraint markets_slug_is_kebab_case on core.markets is 'Lower-case letters, digits and single hyphens.';
-- comment on constraint markets_slug_is_approved on core.markets is
--     'The slug comes from the id, or from the metadata that a human approved, and then does not look like that of another id.';

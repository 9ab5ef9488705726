-- Markets get a name for addresses, step 2 of 3: old rows are checked while others write, and the index is built so.
alter table core.markets validate constraint markets_slug_present;
alter table core.markets validate constraint markets_slug_is_kebab_case;
create unique index concurrently markets_slug_key on core.markets (slug);
comment on index core.markets_slug_key is 'One market per slug.';

-- ROLLBACK
-- drop index concurrently core.markets_slug_key;
-- alter table core.markets
--     drop constraint markets_slug_present,
--     drop constraint markets_slug_is_kebab_case;
-- alter table core.markets
--     add constraint markets_slug_present check (slug is not null) not valid,
--     add constraint markets_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') not valid;
-- comment on constraint markets_slug_present on core.markets is 'A market has a slug.';
-- comment on constraint markets_slug_is_kebab_case on core.markets is 'Lower-case letters, digits and single hyphens.';

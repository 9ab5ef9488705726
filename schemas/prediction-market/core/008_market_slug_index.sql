-- Markets get a name for addresses, step 2 of 3. Each statement is a transaction: markets are filled, then new rows must
-- bring their slug, those of the meantime are filled, and old rows are checked and the index is built while others write.
update core.markets set slug = 'market-' || id where slug is null;
alter table core.markets add constraint markets_slug_present check (slug is not null) not valid;
comment on constraint markets_slug_present on core.markets is 'A market has a slug.';
update core.markets set slug = 'market-' || id where slug is null;
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
--     add constraint markets_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') not valid;
-- comment on constraint markets_slug_is_kebab_case on core.markets is 'Lower-case letters, digits and single hyphens.';
-- update core.markets set slug = null where slug = 'market-' || id;

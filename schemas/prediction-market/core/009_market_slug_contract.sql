-- Markets get a name for addresses, step 3 of 3: the checked constraint spares NOT NULL its look at every row, and then
-- goes; the index becomes the constraint.
alter table core.markets alter column slug set not null;
alter table core.markets
    drop constraint markets_slug_present,
    add constraint markets_slug_key unique using index markets_slug_key;
comment on constraint markets_slug_key on core.markets is 'One market per slug.';

-- ROLLBACK
-- alter table core.markets
--     drop constraint markets_slug_key,
--     alter column slug drop not null,
--     add constraint markets_slug_present check (slug is not null);
-- create unique index markets_slug_key on core.markets (slug);
-- comment on index core.markets_slug_key is 'One market per slug.';
-- comment on constraint markets_slug_present on core.markets is 'A market has a slug.';

-- Markets get a name for addresses, step 1 of 3: a column that may be null, filled for what is there; new rows must
-- have it at once, old ones are checked later.
alter table core.markets add column slug text;

update core.markets set slug = 'market-' || id;

alter table core.markets
    add constraint markets_slug_present check (slug is not null) not valid,
    add constraint markets_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') not valid;

comment on column core.markets.slug is 'Name for addresses, in kebab case.';
comment on constraint markets_slug_present on core.markets is 'A market has a slug.';
comment on constraint markets_slug_is_kebab_case on core.markets is 'Lower-case letters, digits and single hyphens.';

-- ROLLBACK
-- alter table core.markets drop column slug;

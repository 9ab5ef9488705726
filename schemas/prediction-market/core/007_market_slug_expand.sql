-- Markets get a name for addresses, step 1 of 3: a column that may be null, and a check that holds for new values only, so
-- that the lock is held for an instant. Writers of the old version go on.
alter table core.markets
    add column slug text,
    add constraint markets_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') not valid;

comment on column core.markets.slug is 'Name for addresses, in kebab case.';
comment on constraint markets_slug_is_kebab_case on core.markets is 'Lower-case letters, digits and single hyphens.';

-- ROLLBACK
-- alter table core.markets drop column slug;

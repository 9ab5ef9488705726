-- @rule CP06
-- @effect catalog
-- @hazard
alter default privileges in schema shop grant select on tables to public;
-- @harmless
comment on schema shop is 'what is sold';
-- @catalog
select exists (select from pg_default_acl);

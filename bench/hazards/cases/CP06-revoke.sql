-- @rule CP06
-- @effect changes-program
-- @before
grant select on shop.products to pg_monitor;
-- @hazard
revoke select on shop.products from pg_monitor;
-- @harmless
comment on table shop.products is 'what is sold';
-- @program
select has_table_privilege('pg_monitor', 'shop.products', 'select');

-- @rule CP06
-- @effect changes-program
-- @hazard
grant select on shop.customers to public;
-- @harmless
create table shop.news (id bigint primary key, title text);
grant select on shop.news to public;
-- @program
select has_table_privilege('pg_monitor', 'shop.customers', 'select');

-- @rule CP07
-- @effect changes-program
-- @before
grant usage on schema shop to pg_monitor;
grant select on shop.orders to pg_monitor;
-- @hazard
alter table shop.orders enable row level security;
-- @harmless
create table shop.safe (id bigint primary key);
alter table shop.safe enable row level security;
-- @program
set role pg_monitor; select count(*) from shop.orders;

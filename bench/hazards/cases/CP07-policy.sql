-- @rule CP07
-- @effect changes-program
-- @before
grant usage on schema shop to pg_monitor;
grant select on shop.orders to pg_monitor;
alter table shop.orders enable row level security;
-- @hazard
create policy orders_all on shop.orders using (true);
-- @harmless
create table shop.safe (id bigint primary key);
create policy safe_all on shop.safe using (true);
-- @program
set role pg_monitor; select count(*) from shop.orders;

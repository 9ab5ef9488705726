-- @rule CP07
-- @effect changes-program
-- @before
grant usage on schema shop to pg_monitor;
grant select on shop.orders to pg_monitor;
alter table shop.orders enable row level security;
create policy orders_all on shop.orders using (true);
-- @hazard
drop policy orders_all on shop.orders;
-- @harmless
comment on policy orders_all on shop.orders is 'everybody';
-- @program
set role pg_monitor; select count(*) from shop.orders;

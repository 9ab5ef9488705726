-- @rule CP02
-- @effect changes-program
-- @hazard
alter table shop.orders alter column quantity type text;
-- @harmless
alter table shop.orders add column quantity_text text;
-- @program
select pg_typeof(quantity) from shop.orders limit 1;

-- @rule DT02
-- @effect loses-column shop.orders.code
-- @effect breaks-program
-- @hazard
alter table shop.orders drop column code;
-- @harmless
alter table shop.orders alter column code drop default;
-- @program
select code from shop.orders limit 1;

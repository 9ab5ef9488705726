-- @rule DT04
-- @effect loses-object shop.paid
-- @effect breaks-program
-- @hazard
alter table shop.orders drop column state cascade;
-- @harmless
alter table shop.orders alter column state drop not null;
-- @program
select * from shop.paid limit 1;

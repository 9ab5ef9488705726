-- @rule CP04
-- @effect changes-program
-- @hazard
alter table shop.orders alter column quantity set default 1;
-- @harmless
alter table shop.orders add column amount integer default 1;
-- @program
insert into shop.orders (customer_id, total) values (1, 1) returning quantity;
